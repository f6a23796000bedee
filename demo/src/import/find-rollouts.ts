import type { RolloutFile } from 'idb-thread-store';
import type { FoundFile } from './found-files.ts';
import { readZip } from './zip-entries.ts';

/** A file that may be a rollout, not yet read. */
export interface RolloutSource {
  name: string;
  /** Its size; absent where it is compressed in itself, as `.gz` and `.zst` are. */
  bytes?: number;
  open: () => Promise<RolloutFile['data']>;
}

/** What was found to import. */
export interface Rollouts {
  sources: RolloutSource[];
  /** How many files in folders and archives are of another kind. */
  passedOver: number;
}

const rolloutName = /\.jsonl(?:\.gz|\.zst)?$/i;
/** These lie beside the sessions in Codex's folder, and say nothing of conversations: `session_index.jsonl` has names. */
const otherCodexFiles = /(?:^|\/)(?:history|external_agent_session_imports)\.jsonl$/;
const packedName = /\.(?:gz|zst)$/i;

/**
 * The rollouts among files: those that were named one by one are all meant, those in folders and ZIP archives by their
 * name.
 */
export async function findRollouts(files: readonly FoundFile[], signal: AbortSignal): Promise<Rollouts> {
  const sources: RolloutSource[] = [];
  let passedOver = 0;
  const take = (source: RolloutSource, isNamed: boolean) => {
    if (isNamed || isRollout(source.name)) sources.push(source);
    else passedOver++;
  };
  for (const { path, file } of files) {
    signal.throwIfAborted();
    if (/\.zip$/i.test(path)) for (const source of await zipSources(path, file)) take(source, false);
    else
      take(
        sourceOf(path, file.size, () => Promise.resolve(file)),
        !path.includes('/'),
      );
  }
  return { sources, passedOver };
}

function isRollout(path: string): boolean {
  // macOS puts a shadow of each file into the archives that it makes.
  return rolloutName.test(path) && !otherCodexFiles.test(path) && !path.startsWith('__MACOSX/');
}

async function zipSources(path: string, archive: File): Promise<RolloutSource[]> {
  try {
    return (await readZip(archive)).map(({ name, bytes, open }) => sourceOf(name, bytes, open));
  } catch (error) {
    // The report names the archive, with what is wrong with it, as one file that failed.
    return [{ name: `${path}/*.jsonl`, open: () => Promise.reject(error) }];
  }
}

function sourceOf(name: string, bytes: number, open: RolloutSource['open']): RolloutSource {
  return packedName.test(name) ? { name, open } : { name, bytes, open };
}
