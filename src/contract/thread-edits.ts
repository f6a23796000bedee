import type { GitInfo, StoredThread } from './records.ts';
import type { ThreadMetadataPatch } from './requests.ts';
import type { ThreadEditsTold } from './thread-store-client.ts';

/** What people did to a thread, beside what its lines say. It wins over them, and stays when they are read anew. */
export interface ThreadEdits {
  /** Unix milliseconds; `unknown` for a file that was imported from among the archived ones. */
  archivedAt?: number | 'unknown';
  /** Unix milliseconds of the latest edit. */
  editedAt?: number;
  /** What a patch said: a value, or `null` for a field that it cleared. */
  patch?: ThreadMetadataPatch;
  /** Unix milliseconds at which it got the patch's name. */
  namedAt?: number;
}

/** A name that somebody gave a thread in Codex. */
export interface GivenName {
  name: string;
  /** Unix milliseconds. */
  givenAt: number;
}

/** The edits after one more patch: what it leaves out stays, git's fields one by one (contract §1.5, 31 to 33). */
export function addPatch(edits: ThreadEdits, patch: ThreadMetadataPatch, now: number): ThreadEdits {
  const gitInfo = patch.gitInfo && { ...edits.patch?.gitInfo, ...defined(patch.gitInfo) };
  return {
    ...edits,
    editedAt: now,
    ...(patch.name === undefined ? {} : { namedAt: now }),
    patch: { ...edits.patch, ...defined(patch), ...(gitInfo ? { gitInfo } : {}) },
  };
}

/**
 * The edits with a name that was given in Codex. It changes no time: nobody did anything to the thread here.
 * @returns the same object where that is its name, or its name here is newer
 */
export function addGivenName(edits: ThreadEdits, { name, givenAt }: GivenName): ThreadEdits {
  const { patch, namedAt = edits.editedAt ?? 0 } = edits;
  const isNamed = patch?.name !== undefined;
  if (patch?.name === name || (isNamed && namedAt >= givenAt)) return edits;
  return { ...edits, patch: { ...patch, name }, namedAt: givenAt };
}

/** What to tell of a patch. */
export function editsTold({ name }: ThreadMetadataPatch): ThreadEditsTold {
  return name === undefined ? {} : { name };
}

/**
 * A thread as its edits make it. Most were never patched, and lists have many: those are not copied.
 * @param thread is changed
 */
export function withEdits(
  thread: StoredThread,
  { archivedAt, editedAt = 0, patch }: ThreadEdits,
): StoredThread {
  const edited = patch ? patched(thread, patch) : cleared(thread);
  edited.updatedAt = Math.max(edited.updatedAt, editedAt);
  // Nothing changes an archived thread, so that its last change is the nearest to when it was archived.
  if (archivedAt !== undefined) edited.archivedAt = archivedAt === 'unknown' ? edited.updatedAt : archivedAt;
  return edited;
}

function patched(thread: StoredThread, { gitInfo, ...fields }: ThreadMetadataPatch): StoredThread {
  const edited = cleared({ ...thread, ...defined(fields) });
  const git: GitInfo = cleared({ ...thread.gitInfo, ...defined(gitInfo ?? {}) });
  delete edited.gitInfo;
  if (Object.keys(git).length > 0) edited.gitInfo = git;
  // A name that says nothing new is none (contract §1.5, 22).
  if (edited.name !== undefined && (edited.name.trim() === '' || edited.name === edited.preview))
    delete edited.name;
  return edited;
}

type Defined<T> = { [Field in keyof T]: Exclude<T[Field], undefined> };

function defined<T extends object>(value: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<
    Defined<T>
  >;
}

type Cleared<T> = { [Field in keyof T]: Exclude<T[Field], null> };

/** Without the fields that are `null`: a patch cleared them. */
function cleared<T extends object>(value: T): Cleared<T> {
  const isWhole = !Object.values(value).includes(null);
  const kept = isWhole
    ? value
    : Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
  return kept as Cleared<T>;
}
