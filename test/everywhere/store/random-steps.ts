import fc from 'fast-check';
import type { ListThreadsParams, ThreadMetadataPatch } from 'idb-thread-store';
import { lineActs, type LineAct } from './random-lines.ts';

/** What one of several clients does with one of a few threads. */
export type Step = {
  client: number;
  thread: number;
  /** Whoever has the thread's writer does it, if anybody has. */
  byHolder: boolean;
} & (
  | { step: 'create'; historyMode: 'legacy' | 'paginated'; extended: boolean }
  | { step: 'resume'; includeArchived: boolean; extended: boolean }
  | { step: 'append'; acts: LineAct[] }
  | { step: 'persist' | 'flush' | 'shutdown' | 'discard' | 'archive' | 'unarchive' | 'delete' }
  | { step: 'patch'; includeArchived: boolean; patch: ThreadMetadataPatch }
  | { step: 'fork'; cut: number }
  | { step: 'branch'; boundary: 'lastTurnId' | 'beforeTurnId' | undefined; turn: number }
  | { step: 'cut'; method: 'rollbackThread' | 'revertThread'; turn: number }
  /** The client closes its store and opens it again. */
  | { step: 'reopen' }
  /** Time goes by. */
  | { step: 'tick'; ms: number }
  | { step: 'read'; includeArchived: boolean }
  | { step: 'page'; page: Page }
);

/** A page of some list. */
export interface Page extends Pick<ListThreadsParams, 'sortKey' | 'archived'> {
  list: 'turns' | 'items' | 'itemsOfTurn' | 'changes' | 'threads';
  /** 0: from the beginning; else one of the cursors that came until now. */
  cursor: number;
  turn: number;
  pageSize: number;
  sortDirection: 'asc' | 'desc';
  itemsView: 'notLoaded' | 'summary' | 'full';
  includeArchived: boolean;
}

const text = fc.constantFrom('one', 'two', '', 'question in 1');
const clearable = fc.option(fc.oneof(text, fc.constant(null)), { nil: undefined });

const patch: fc.Arbitrary<ThreadMetadataPatch> = fc.record({
  name: clearable,
  model: clearable,
  preview: fc.option(text, { nil: undefined }),
  memoryMode: fc.option(fc.constantFrom('enabled', 'disabled'), { nil: undefined }),
  gitInfo: fc.option(fc.record({ sha: clearable, branch: clearable }), { nil: undefined }),
});

const page: fc.Arbitrary<Page> = fc.record({
  list: fc.constantFrom('turns', 'items', 'itemsOfTurn', 'changes', 'threads'),
  cursor: fc.nat(12),
  turn: fc.nat(5),
  pageSize: fc.integer({ min: 1, max: 5 }),
  sortDirection: fc.constantFrom('asc', 'desc'),
  itemsView: fc.constantFrom('notLoaded', 'summary', 'full'),
  sortKey: fc.constantFrom('createdAt', 'updatedAt', 'recencyAt'),
  archived: fc.boolean(),
  includeArchived: fc.constant(true),
});

const historyMode = fc.constantFrom<('legacy' | 'paginated')[]>('legacy', 'paginated');
const usually = fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false));
const who = { client: fc.nat(2), thread: fc.constantFrom(0, 0, 0, 1, 1, 2), byHolder: usually };

/** One append in many holds something that cannot be a line: it is refused whole. */
const acts: fc.Arbitrary<LineAct[]> = fc
  .tuple(lineActs, fc.nat(24))
  .map(([some, bad]) => (bad === 0 ? [...some, { act: 'bad' }] : some));

const step: fc.Arbitrary<Step> = fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
  {
    weight: 4,
    arbitrary: fc.record({
      ...who,
      step: fc.constant('create'),
      historyMode,
      extended: usually,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...who,
      step: fc.constant('resume'),
      includeArchived: usually,
      extended: usually,
    }),
  },
  { weight: 14, arbitrary: fc.record({ ...who, step: fc.constant('append'), acts }) },
  { weight: 5, arbitrary: fc.record({ ...who, step: fc.constantFrom('persist', 'flush') }) },
  { weight: 4, arbitrary: fc.record({ ...who, step: fc.constantFrom('shutdown', 'discard') }) },
  { weight: 2, arbitrary: fc.record({ ...who, step: fc.constantFrom('archive', 'unarchive') }) },
  { weight: 1, arbitrary: fc.record({ ...who, step: fc.constant('delete') }) },
  {
    weight: 2,
    arbitrary: fc.record({ ...who, step: fc.constant('patch'), includeArchived: usually, patch }),
  },
  { weight: 1, arbitrary: fc.record({ ...who, step: fc.constant('fork'), cut: fc.nat(12) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...who,
      step: fc.constant('branch'),
      boundary: fc.constantFrom('lastTurnId', 'beforeTurnId', undefined),
      turn: fc.nat(4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...who,
      step: fc.constant('cut'),
      method: fc.constantFrom('rollbackThread', 'revertThread'),
      turn: fc.nat(4),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ...who, step: fc.constant('reopen') }) },
  { weight: 2, arbitrary: fc.record({ ...who, step: fc.constant('tick'), ms: fc.nat(2000) }) },
  { weight: 2, arbitrary: fc.record({ ...who, step: fc.constant('read'), includeArchived: usually }) },
  { weight: 6, arbitrary: fc.record({ ...who, step: fc.constant('page'), page }) },
);

/** A random walk of up to three clients through up to three threads and their forks; two of them are there from the start. */
export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(historyMode, historyMode, fc.array(step, { minLength: 10, maxLength: 60 }))
  .map(([one, other, walk]) => [
    { step: 'create', client: 0, thread: 0, byHolder: true, historyMode: one, extended: true },
    { step: 'persist', client: 0, thread: 0, byHolder: true },
    { step: 'create', client: 1, thread: 1, byHolder: true, historyMode: other, extended: true },
    ...walk,
  ]);
