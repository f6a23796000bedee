import { describe, expect, test } from 'vitest';
import { findRollouts, type RolloutSource } from '../../demo/src/import/find-rollouts.ts';
import type { FoundFile } from '../../demo/src/import/found-files.ts';
import { readZip } from '../../demo/src/import/zip-entries.ts';
import { zip } from '../support/zip.ts';

const never = new AbortController().signal;

describe('readZip', () => {
  const files = { 'sessions/a.jsonl': 'first '.repeat(5000), 'b.jsonl': '', 'ü/c.jsonl': 'third' };

  test.each([
    ['deflated', {}],
    ['stored', { stored: true }],
    ['of 64 bits', { wide: true }],
  ])('gives every file of an archive that is %s', async (_name, options) => {
    const entries = await readZip(new Blob([zip(files, options)]));
    const read = entries.map(async ({ name, bytes, open }) => {
      const text = await new Response(await open()).text();
      expect(bytes).toBe(text.length);
      return [name, text];
    });
    expect(Object.fromEntries(await Promise.all(read))).toEqual(files);
  });

  test('leaves folders out', async () => {
    const entries = await readZip(new Blob([zip({ 'sessions/': '', 'sessions/a.jsonl': 'a' })]));
    expect(entries.map(({ name }) => name)).toEqual(['sessions/a.jsonl']);
  });

  test('refuses what is no archive, is cut off or encrypted', async () => {
    await expect(readZip(new Blob(['no archive']))).rejects.toThrow('not a ZIP archive');
    await expect(readZip(new Blob([]))).rejects.toThrow('not a ZIP archive');
    const whole = zip(files);
    await expect(readZip(new Blob([whole.subarray(0, whole.length - 40)]))).rejects.toThrow(
      'its end is missing',
    );
    const [entry] = await readZip(new Blob([zip(files, { encrypted: true })]));
    await expect(entry?.open()).rejects.toThrow('encrypted');
  });
});

describe('findRollouts', () => {
  test('takes what was named, and in folders and archives what is named as a rollout', async () => {
    const archive = zip({
      'x/rollout-1.jsonl': '',
      '__MACOSX/x/rollout-1.jsonl': '',
      'x/notes.txt': '',
      'x/rollout-2.jsonl.gz': '',
    });
    const { sources, passedOver } = await findRollouts(
      [
        found('any name'),
        found('.codex/sessions/2026/rollout-3.jsonl.zst'),
        found('.codex/sessions/2026/renamed.jsonl', '12345'),
        found('.codex/history.jsonl'),
        found('.codex/session_index.jsonl'),
        found('.codex/config.toml'),
        found('more/archive.zip', archive),
      ],
      never,
    );
    expect(sources.map(({ name }) => name)).toEqual([
      'any name',
      '.codex/sessions/2026/rollout-3.jsonl.zst',
      '.codex/sessions/2026/renamed.jsonl',
      '.codex/session_index.jsonl',
      'x/rollout-1.jsonl',
      'x/rollout-2.jsonl.gz',
    ]);
    expect(passedOver).toBe(4);
    // What is compressed in itself does not tell how large it is.
    expect(sources.map(({ bytes }) => bytes)).toEqual([0, undefined, 5, 0, 0, undefined]);
  });

  test('names an archive that cannot be read as one source that fails', async () => {
    const { sources } = await findRollouts([found('broken.zip', 'nothing')], never);
    expect(sources).toHaveLength(1);
    await expect((sources[0] as RolloutSource).open()).rejects.toThrow('not a ZIP archive');
  });

  test('stops', async () => {
    await expect(findRollouts([found('a.jsonl')], AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

function found(path: string, content: BlobPart = ''): FoundFile {
  return { path, file: new File([content], path.slice(path.lastIndexOf('/') + 1)) };
}
