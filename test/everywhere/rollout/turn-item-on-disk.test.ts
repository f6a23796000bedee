import * as v from 'valibot';
import type { ThreadItem } from 'idb-thread-store';
import { describe, expect, test } from 'vitest';
import { turnItem } from '../../../src/rollout/turn-item.ts';
import { turnItemOnDisk } from '../../../src/rollout/turn-item-on-disk.ts';
import { recordings } from '../../support/corpus.ts';
import { withoutNulls } from '../../support/without-nulls.ts';

describe('an item on its way to disk', async () => {
  const paginated = recordings.filter(({ name }) => name.startsWith('paginated/'));
  const items = (await Promise.all(paginated.map((recording) => recording.expected())))
    .flat()
    .flatMap(
      ({ items: pages }) => pages['asc/100']?.pages.flatMap(({ data }) => data.map(({ item }) => item)) ?? [],
    );
  const types = [...new Set(items.map(({ type }) => type))];

  test.each(types)('[R71] reads the same again: every recorded %s', (type) => {
    for (const item of items) if (item.type === type) expect(readAgain(item)).toEqual(plain(item));
  });

  test('[R71] of a type of its own is kept word for word', () => {
    const item = { type: 'weather', id: 'w1', place: { lat: 48.1, lon: 11.5 }, snake_case: [1, null, 'x'] };
    expect(turnItemOnDisk(item)).toEqual(item);
    expect(v.parse(turnItem, turnItemOnDisk(item))).toEqual({ known: false, item });
  });

  test.each(['/w/a b#ü?.txt', 'C:\\Users\\me\\a b.txt', 'relative/path', ''])(
    '[R71] a path reads the same, and is a file: URL where it is absolute: %j',
    (path) => {
      const item = { type: 'imageView' as const, id: 'i1', path };
      expect(readAgain(item)).toEqual(item);
      expect(turnItemOnDisk(item)['path']).toMatch(/^\/|^[A-Z]:/.test(path) ? /^file:\/\/\// : /^(?!file:)/);
    },
  );

  test.each(['npm test', "echo 'a b'", 'a  b', '', "it's", 'x\ny', 'ls -la /tmp/*'])(
    '[R71] a command line reads the same, or as what a shell is given: %j',
    (command) => {
      const item = {
        type: 'commandExecution' as const,
        id: 'c1',
        command,
        cwd: '/w',
        source: 'unifiedExecStartup',
        status: 'inProgress' as const,
        commandActions: [{ type: 'listFiles', command, path: null }],
        durationMs: 61_234,
      };
      const again = readAgain(item);
      const shell = turnItemOnDisk(item)['command'];
      if (Array.isArray(shell) && shell[0] === 'bash') expect(shell).toEqual(['bash', '-c', command]);
      else expect(again).toMatchObject({ command });
      expect(again).toMatchObject({ source: item.source, status: item.status, durationMs: 61_234 });
    },
  );
});

function readAgain(item: ThreadItem): unknown {
  return withoutNulls(v.parse(turnItem, turnItemOnDisk(item)).item);
}

/** Without what stands beside an item on disk. */
function plain({ startedAtMs: _started, completedAtMs: _completed, ...item }: ThreadItem): unknown {
  return withoutNulls(item);
}
