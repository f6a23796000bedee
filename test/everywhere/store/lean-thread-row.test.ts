import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leanThreadRow, wholeThreadRow } from '../../../src/idb/lean-thread-row.ts';
import type { ThreadRow } from '../../../src/idb/schema.ts';

const TIME = 1_767_225_600_000;

/** A row whose fields say the same as others do, say otherwise, or are not there. */
const rows: fc.Arbitrary<ThreadRow> = fc
  .record({
    otherId: fc.boolean(),
    namelessFile: fc.boolean(),
    createdAt: fc.constantFrom(TIME, TIME - 1, 0),
    updatedAt: fc.constantFrom(TIME + 1, TIME),
    startedAt: fc.constantFrom(TIME, TIME + 5),
    preview: fc.constantFrom('', 'question'),
    firstUserMessage: fc.constantFrom(undefined, '', 'question', 'another'),
    format: fc.constantFrom<ThreadRow['rollout']['format']>('legacy', 'paginated'),
    cutOff: fc.boolean(),
  })
  .map((made) => ({
    threadId: 'thread',
    archived: 0,
    byCreated: -TIME,
    byUpdated: -TIME - 1,
    byRecency: -TIME,
    metadata: {
      ...(made.namelessFile ? {} : { threadId: 'thread' }),
      format: 'paginated',
      preview: made.preview,
      ...(made.firstUserMessage === undefined ? {} : { firstUserMessage: made.firstUserMessage }),
      modelProvider: 'openai',
      createdAt: made.createdAt,
      updatedAt: made.updatedAt,
      recencyAt: TIME,
      cwd: '/workspace',
      cliVersion: '0.169.0',
      source: 'cli',
    },
    edits: {},
    rows: 1,
    log: 2,
    counters: { nextTurn: 1, nextItem: 2, nextUpdate: 2 },
    turnCount: 1,
    itemCount: 2,
    rollout: {
      rolloutId: made.otherId ? 'rollout' : 'thread',
      threadId: made.otherId ? 'another' : 'thread',
      path: 'rollout.jsonl',
      format: made.format,
      startedAt: made.startedAt,
      bytes: 1,
      lines: 1,
      nextOrdinal: 1,
      cutOff: made.cutOff,
    },
    surface: 'extended',
    projection: null,
    projectionVersion: 1,
  }));

test('[T4] a record that is stored without what it says twice is read whole, whatever of it says otherwise', () => {
  fc.assert(
    fc.property(rows, (row) => {
      const stored: ThreadRow = structuredClone(Object(leanThreadRow(row)));
      expect(wholeThreadRow(stored)).toEqual(row);
    }),
    { numRuns: 500 },
  );
});

test('[T4] what the rest of a record says is not stored', () => {
  const [row] = fc.sample(
    rows.filter(
      ({ metadata: { preview, firstUserMessage } }) => preview !== '' && firstUserMessage === preview,
    ),
    1,
  );
  if (!row) throw new Error('there is none');
  const { metadata } = JSON.parse(JSON.stringify(leanThreadRow(row)));
  expect(Object.keys(metadata)).toEqual(expect.arrayContaining(['preview', 'cwd']));
  expect(Object.keys(metadata)).not.toContain('firstUserMessage');
  expect(Object.keys(metadata)).not.toContain('recencyAt');
});
