import { describe, expect } from 'vitest';
import type { RolloutFile } from '../contract/rollout-import.ts';
import { allItems, allTurns, turnIdsOf } from './pages.ts';
import { BUILDERS, builtId, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of importing files: new ones, known ones, and such as cannot be imported. */
export function importFileTests(test: StoreTest): void {
  describe('importing a file', () => {
    test('[I1] that is new reports its thread, lines and bytes', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1', 'turn-2');
      const report = await store.importRollouts([rollout.file]);
      expect(report).toEqual({
        files: [
          {
            name: rollout.name,
            outcome: 'imported',
            threadId: rollout.threadId,
            lines: rollout.lines.length,
            bytes: byteLength(rollout.text),
            rejectedLines: [],
            rejectedLineCount: 0,
          },
        ],
        threadIds: [rollout.threadId],
      });
    });

    test('[I1] reports every file in the order given, and every changed thread once', async (store) => {
      const [a, b] = [RolloutBuilder.legacy().turns('turn-1'), RolloutBuilder.paginated()];
      const files = [a.file, b.file, a.file, a.turns('turn-2').file];
      const report = await store.importRollouts(files);
      expect(report.files.map(({ outcome }) => outcome)).toEqual([
        'imported',
        'imported',
        'unchanged',
        'extended',
      ]);
      expect(report.files.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
      expect(report.threadIds).toEqual([a.threadId, b.threadId]);
      expect(await store.importRollouts([])).toEqual({ files: [], threadIds: [] });
    });

    test('[I2] again changes nothing', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns('turn-1').turn({ id: 'turn-2', end: 'open' });
        const { threadId } = rollout;
        await imported(store, [rollout]);
        const all = async () => [
          await store.readThread({ threadId, includeHistory: true }),
          await allTurns(store, { threadId, itemsView: 'full' }),
          await allItems(store, { threadId }),
        ];
        const before = await all();
        const report = await store.importRollouts([rollout.file]);
        expect(report.files).toMatchObject([{ outcome: 'unchanged', threadId }]);
        expect(report.threadIds).toEqual([]);
        expect(await all()).toEqual(before);
      }
    });

    test('[I2] again under another name finds the same thread', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      await imported(store, [rollout]);
      const names = ['my session.jsonl', `/backup/${rollout.fileName}`, `${rollout.fileName}.gz`, ''];
      for (const name of names) {
        const { files } = await store.importRollouts([{ name, data: rollout.text }]);
        expect(files).toMatchObject([{ name, outcome: 'unchanged', threadId: rollout.threadId }]);
      }
      expect((await store.listThreads({})).items).toHaveLength(1);
      expect((await store.readThread({ threadId: rollout.threadId })).turnCount).toBe(1);
    });

    test('[I3] that has grown adds the rest', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns('turn-1').startTurn('turn-2').user('turn-2', 'question');
        const { threadId } = rollout;
        await imported(store, [rollout]);
        rollout.agent('turn-2', 'answer', 'final_answer').completeTurn('turn-2').turns('turn-3');
        const report = await imported(store, [rollout]);
        expect(report.files).toMatchObject([
          { outcome: 'extended', lines: rollout.lines.length, bytes: byteLength(rollout.text) },
        ]);
        expect(report.threadIds).toEqual([threadId]);
        const turns = await allTurns(store, { threadId, itemsView: 'full' });
        expect(turns.map(({ turnId, status, items }) => [turnId, status, items.length])).toEqual([
          ['turn-1', 'completed', 2],
          ['turn-2', 'completed', 2],
          ['turn-3', 'completed', 2],
        ]);
        expect(await store.readThread({ threadId })).toMatchObject({
          bytes: byteLength(rollout.text),
          updatedAt: rollout.timeMs,
        });
        const { items } = await store.loadHistory({ threadId });
        expect(items).toEqual(rollout.lines.map((line): unknown => JSON.parse(line)));
      }
    });

    test('[I3] that has grown gives what a first import of it gives', async (store) => {
      const rollout = RolloutBuilder.legacy().turns(...turnIds(3));
      await imported(store, [rollout]);
      rollout.command('turn-1', 'late', 'x'.repeat(80_000)).rollBack(1).turns('turn-4', 'turn-5');
      await imported(store, [rollout]);
      // The same lines under another id are a first import.
      const threadId = builtId();
      const twin = rollout.text.replaceAll(rollout.threadId, threadId);
      await store.importRollouts([{ name: 'twin.jsonl', data: twin }]);
      const views = async (id: string) => [
        await allTurns(store, { threadId: id, itemsView: 'full' }),
        await allItems(store, { threadId: id }),
      ];
      expect(await views(rollout.threadId)).toEqual(await views(threadId));
    });

    test('[I4] that is shorter than what is there changes nothing', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      const shorter = rollout.file;
      await imported(store, [rollout.turns('turn-2')]);
      for (const data of [shorter.data, rollout.text.slice(0, -20)]) {
        const { files, threadIds } = await store.importRollouts([{ name: shorter.name, data }]);
        expect(files).toMatchObject([{ outcome: 'unchanged', threadId: rollout.threadId }]);
        expect(threadIds).toEqual([]);
      }
      expect((await store.readThread({ threadId: rollout.threadId })).turnCount).toBe(2);
    });

    test('[I5] that differs from what is there is refused, and what is there stays', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1', 'turn-2');
      const { threadId } = rollout;
      await imported(store, [rollout]);
      const differing = [
        rollout.text.replace('answer of turn-1', 'ANSWER of turn-1'),
        `${rollout.text.replace('answer of turn-2', 'other of turn-2')}${rollout.lines[1]}\n`,
      ];
      for (const data of differing) {
        const report = await store.importRollouts([{ name: rollout.name, data }]);
        expect(report.files).toMatchObject([{ outcome: 'failed', threadId }]);
        expect(report.files[0]?.reason).toMatch(/differs/);
        expect(report.threadIds).toEqual([]);
      }
      const { items } = await store.loadHistory({ threadId });
      expect(items).toEqual(rollout.lines.map((line): unknown => JSON.parse(line)));
      // And it can still grow.
      expect((await imported(store, [rollout.turns('turn-3')])).files[0]?.outcome).toBe('extended');
      expect(turnIdsOf({ rows: await allTurns(store, { threadId }) })).toEqual(turnIds(3));
    });

    test('[I6] that is no rollout fails alone, and says why', async (store) => {
      const good = RolloutBuilder.legacy().turns('turn-1');
      const bad: [string, string][] = [
        ['', 'empty session file'],
        [' \n\r\n\n', 'empty session file'],
        ['hello\nworld\n', 'not a rollout file: none of its first lines is a session_meta'],
        [`{"type":"event_msg","payload":{"type":"task_started","turn_id":"t"}}\n`, 'not a rollout file'],
        [JSON.stringify({ title: 'an export of something else' }), 'not a rollout file'],
        [RolloutBuilder.legacy({ threadId: 'x'.repeat(129) }).text, "the thread's id must have 1 to 128"],
        [RolloutBuilder.legacy({ threadId: '' }).text, "the thread's id must have 1 to 128"],
      ];
      const report = await store.importRollouts([
        ...bad.map(([data], n) => ({ name: `bad-${n}.jsonl`, data })),
        good.file,
      ]);
      expect(report.files.map(({ outcome }) => outcome)).toEqual([...bad.map(() => 'failed'), 'imported']);
      bad.forEach(([, reason], n) => expect(report.files[n]?.reason).toContain(reason));
      expect(report.threadIds).toEqual([good.threadId]);
      expect((await store.listThreads({})).items).toHaveLength(1);
    });

    test('[I6] whose stream fails half-way fails alone, with nothing of it visible', async (store) => {
      const [broken, good] = [RolloutBuilder.legacy().turns(...turnIds(3)), RolloutBuilder.legacy()];
      const chunks = [new TextEncoder().encode(broken.text)];
      const data = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            const chunk = chunks.pop();
            if (chunk) controller.enqueue(chunk);
            else controller.error(new Error('the disk was pulled out'));
          },
        },
        { highWaterMark: 0 },
      );
      const report = await store.importRollouts([{ name: broken.name, data }, good.file]);
      expect(report.files).toMatchObject([{ outcome: 'failed' }, { outcome: 'imported' }]);
      expect(report.files[0]?.reason).toContain('the disk was pulled out');
      expect((await failure(store.readThread({ threadId: broken.threadId }))).code).toBe('thread_not_found');
      expect((await imported(store, [broken])).files[0]?.outcome).toBe('imported');
    });

    test('[I7] takes its data as text, Blob or stream, in chunks of any size', async (store) => {
      const forms: ((text: string) => RolloutFile['data'])[] = [
        (text) => text,
        (text) => new Blob([text]),
        (text) => new Blob([text]).stream(),
        (text) => chunkedStream(text, 1),
        (text) => chunkedStream(text, 7),
        (text) => chunkedStream(text, 100_000),
      ];
      for (const form of forms) {
        const rollout = RolloutBuilder.paginated().turn({ id: 'turn-1', user: 'Größe – 漢字 🎉' });
        const { name, text, threadId } = rollout;
        const { files } = await store.importRollouts([{ name, data: form(text) }]);
        expect(files).toMatchObject([{ outcome: 'imported', bytes: byteLength(text), rejectedLineCount: 0 }]);
        expect((await store.readThread({ threadId })).preview).toBe('Größe – 漢字 🎉');
        expect((await allTurns(store, { threadId }))[0]?.status).toBe('completed');
      }
    });

    test('[I8] takes the files from any iterable, one after the other', async (store) => {
      const rollouts = [RolloutBuilder.legacy(), RolloutBuilder.legacy(), RolloutBuilder.legacy()];
      const asked: string[] = [];
      function* generated() {
        for (const { file } of rollouts) {
          asked.push(file.name);
          yield file;
        }
      }
      async function* generatedLater() {
        for (const file of generated()) {
          await Promise.resolve();
          yield file;
        }
      }
      for (const files of [new Set(rollouts.map(({ file }) => file)), generated(), generatedLater()]) {
        const report = await store.importRollouts(files);
        expect(report.files.map(({ name }) => name)).toEqual(rollouts.map(({ name }) => name));
      }
      expect(asked).toHaveLength(6);
    });

    test('[I8] stops with the iterable that fails, and keeps the threads before it', async (store) => {
      const rollout = RolloutBuilder.legacy();
      async function* failing() {
        yield rollout.file;
        await Promise.resolve();
        throw new Error('the folder is gone');
      }
      const error = await failure(store.importRollouts(failing()));
      const told = error.cause instanceof Error ? error.cause.message : error.message;
      expect(told).toContain('the folder is gone');
      expect((await store.readThread({ threadId: rollout.threadId })).threadId).toBe(rollout.threadId);
      const next = RolloutBuilder.legacy();
      expect((await imported(store, [next])).threadIds).toEqual([next.threadId]);
    });

    test('[I9] that lies among the archived ones makes an archived thread', async (store) => {
      const rollout = RolloutBuilder.paginated({ archived: true }).turns('turn-1');
      const { threadId } = rollout;
      await imported(store, [rollout]);
      expect((await store.listThreads({})).items).toEqual([]);
      expect((await store.listThreads({ archived: true })).items).toMatchObject([{ threadId }]);
    });

    test('[I9] leaves an active thread active when its file comes from the archive, too', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      const { threadId } = rollout;
      await imported(store, [rollout]);
      const name = `archived_sessions/${rollout.fileName}`;
      for (const { text: data } of [rollout, rollout.turns('turn-2')]) {
        await store.importRollouts([{ name, data }]);
        expect((await store.readThread({ threadId })).archivedAt).toBeUndefined();
      }
      expect((await store.readThread({ threadId })).turnCount).toBe(2);
    });
  });
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A stream of a text's bytes, so many in a chunk. */
function chunkedStream(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}
