import { UnsupportedThreadStore, type ThreadStoreClient } from 'idb-thread-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, stores, type Answer, type Client } from './clients.ts';
import { nameInHome, wireRecording, withNamesMeant, type WireRow } from './wire-recording.ts';

const recordings = await Promise.all([wireRecording('legacy'), wireRecording('paginated')]);

/** These wait for their own issue: until then they are refused as by a store that cannot. */
const WAITING = new Set(['thread/search', 'thread/searchOccurrences', 'thread/timeline/list']);

/** 0.130 always refused this one; over a store that lists items it answers. */
const ALWAYS_REFUSED = 'thread/turns/items/list';

// Files come with their folders, which say that one is archived; or by their names alone, and it is archived then.
const ways = stores.flatMap((store) => [
  { ...store, files: 'in their folders' },
  { ...store, files: 'by name' },
]);

describe.each(recordings)('the recorded requests of $name', ({ name, protocol, rows, files, names }) => {
  describe.each(ways)('over $name, files $files', ({ open, files: way }) => {
    let store: ThreadStoreClient;
    let client: Client;
    let plain: Client;
    const kept: Record<string, string> = {};
    /** Once a thread was written, its time of change is that of this test. */
    const written = new Set<string>();

    beforeAll(async () => {
      store = await open();
      const archivedId = names['$C'] ?? '';
      const given =
        way === 'by name'
          ? files
          : files.map((file) => ({ ...file, name: nameInHome(file.name, archivedId) }));
      const report = await store.importRollouts(given, { surface: 'limited' });
      expect(report.files.map(({ outcome }) => outcome)).toEqual(files.map(() => 'imported'));
      client = await connect(store, { protocol });
      if (way === 'by name') await client.call('thread/archive', { threadId: archivedId });
      plain = await connect(store, { protocol, experimentalApi: false });
    });
    afterAll(() => store.close());

    test.each(rows.map((row, index) => ({ index, row, method: row.method })))(
      '[A1] [A2] row $index: $method',
      async ({ index, row }) => {
        const expected = withNamesMeant(row, names);
        const params = withNamesMeant(expected.params, kept);
        const by = index < rows.length - 2 ? client : plain;
        const answer = await by.call(row.method, params);
        if (row.keep !== undefined && answer.result) {
          kept[`$cursor.${row.keep}.next`] = answer.result.nextCursor;
          kept[`$cursor.${row.keep}.back`] = answer.result.backwardsCursor;
        }
        if (isWaiting(row)) return expect(answer.error?.code).toBe(-32601);
        if (row.method === ALWAYS_REFUSED && row.error?.code === -32601) return;
        if (WRITES.has(row.method) && !answer.error) written.add(threadIdOf(params));
        compare(answer, expected, written);
        if (answer.result?.backwardsCursor) await followCursors(by, row.method, params, answer);
      },
    );
  });

  const refused = rows.filter((row) => row.method === ALWAYS_REFUSED && row.error?.code === -32601);
  if (refused.length > 0) {
    test(`[A4] ${name}: a store that lists no items refuses them as 0.130 did`, async () => {
      const { call } = await connect(new StoreWithNothing(), { protocol });
      for (const row of refused) {
        const { method, params, error } = withNamesMeant(row, names);
        expect(await call(method, params)).toMatchObject({ error });
      }
    });
  }
});

/** Whether a row asks for something that is answered, or for a page of it. */
function isWaiting({ method, params, result }: WireRow): boolean {
  return WAITING.has(method) && (result !== undefined || JSON.stringify(params).includes('$cursor'));
}

class StoreWithNothing extends UnsupportedThreadStore {}

const WRITES = new Set(['thread/archive', 'thread/unarchive', 'thread/name/set', 'thread/metadata/update']);

function threadIdOf(params: unknown): string {
  return (params as { threadId: string }).threadId;
}

function compare(answer: Answer, expected: WireRow, written: ReadonlySet<string>): void {
  if (expected.error) {
    expect(answer.error?.code).toBe(expected.error.code);
    expect(meaningOf(answer.error?.message ?? '')).toBe(meaningOf(expected.error.message));
    return;
  }
  expect(answer.error).toBeUndefined();
  expect(comparable(answer.result, written)).toEqual(comparable(expected.result, written));
}

/** What a message means, without the words of the parser that found it out. */
function meaningOf(message: string): string {
  if (/unknown variant `thread\/|unknown method/.test(message)) return 'unknown method';
  if (message.startsWith('Invalid request: missing field')) return message;
  if (message.startsWith('Invalid request:')) return 'malformed';
  // Cursors are each server's own, and ours tells another thread's from one whose anchor is gone.
  return message.replace(/^(invalid cursor|invalid thread id): .*$/, '$1');
}

/** An answer without what no two servers have in common. */
function comparable(value: unknown, written: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((part) => comparable(part, written));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => {
    if (key === 'nextCursor' || key === 'backwardsCursor') return [key, field === null ? null : 'a cursor'];
    // Receipts of what was read: no store here keeps them.
    if (key === 'readStates' || key === 'readState') return [key, 'not kept'];
    return [key, comparable(field, written)];
  });
  const object = Object.fromEntries(fields) as Record<string, unknown>;
  if ('updatedAt' in object && 'id' in object && hasOwnTime(object, written)) delete object['updatedAt'];
  return object;
}

/** The real server moved an archived thread's file, and took the file's time for the thread's in some answers. */
function hasOwnTime({ id, path }: Record<string, unknown>, written: ReadonlySet<string>): boolean {
  return written.has(String(id)) || String(path).includes('/archived_sessions/');
}

/** A page's cursors lead on to other rows, and back to its first one (contract §3.4). */
async function followCursors(
  client: Client,
  method: string,
  params: unknown,
  { result }: Answer,
): Promise<void> {
  const { cursor: _cursor, ...request } = params as Record<string, unknown>;
  const ids = result.data.map(idOf);
  if (result.nextCursor !== null) {
    const next = await client.call(method, { ...request, cursor: result.nextCursor });
    expect(ids).not.toContain(idOf(next.result.data[0]));
  }
  if (result.backwardsCursor !== null) {
    const byDefault = method === 'thread/items/list' ? 'asc' : 'desc';
    const sortDirection = (request['sortDirection'] ?? byDefault) === 'asc' ? 'desc' : 'asc';
    const back = await client.call(method, { ...request, sortDirection, cursor: result.backwardsCursor });
    expect(idOf(back.result.data[0])).toBe(ids[0]);
  }
}

function idOf(row: { id?: string; item?: { id: string } } | undefined): string | undefined {
  return row?.item?.id ?? row?.id;
}
