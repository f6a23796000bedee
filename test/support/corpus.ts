import type { RolloutFile, StoredThread, StoredThreadItem, StoredTurn } from 'idb-thread-store';

/** One page as the real server answered it. */
export interface ExpectedPage<Row> {
  data: Row[];
  /** A nextCursor came. */
  more: boolean;
  /** The ids that the opposite direction gave from the first page's backwardsCursor. */
  backwards?: string[];
}

/** What the real server answered of one thread. The keys of `turns` are view/direction/size, of `items` direction/size. */
export interface ExpectedThread {
  threadId: string;
  thread: Pick<StoredThread, 'preview' | 'modelProvider' | 'cwd' | 'cliVersion' | 'source'> & {
    forkedFromId: string | null;
    /** Unix SECONDS. */
    createdAt: number;
  };
  turns: Record<string, { pages: ExpectedPage<Omit<StoredTurn, 'turnId'> & { id: string }>[] }>;
  items: Record<string, { pages: ExpectedPage<Pick<StoredThreadItem, 'turnId' | 'item'>>[] }>;
  /** The names of its rollouts. */
  rollouts: string[];
  /** The name of the one that it goes on in. */
  current: string;
}

/** One recording: the rollout files as they lay on disk, and what the real server answered. */
export interface Recording {
  /** `legacy/basic`, say. */
  name: string;
  files(): Promise<RolloutFile[]>;
  expected(): Promise<ExpectedThread[]>;
}

const rollouts = import.meta.glob<string>('../fixtures/corpus/*/*/*.jsonl', {
  query: '?raw',
  import: 'default',
});
const answers = import.meta.glob<string>('../fixtures/corpus/*/*/expected.json', {
  query: '?raw',
  import: 'default',
});

/** Every recording of the corpus. */
export const recordings: Recording[] = Object.entries(answers).map(([path, load]) => {
  const folder = path.slice(0, -'expected.json'.length);
  return {
    name: folder.split('/').slice(-3, -1).join('/'),
    files: () =>
      Promise.all(
        Object.entries(rollouts)
          .filter(([file]) => file.startsWith(folder))
          .map(async ([file, read]) => ({ name: file.slice(folder.length), data: await read() })),
      ),
    expected: async () => (JSON.parse(await load()) as { threads: ExpectedThread[] }).threads,
  };
});

/** The recording of this name. */
export function recording(name: string): Recording {
  const found = recordings.find((one) => one.name === name);
  if (!found) throw new Error(`there is no recording ${name}`);
  return found;
}
