import type { RolloutFile } from 'idb-thread-store';
import type { Protocol } from '../../../src/app-server/protocol.ts';

/** One request that the real server was asked, with its answer. */
export interface WireRow {
  method: string;
  params: unknown;
  result?: unknown;
  error?: { code: number; message: string };
  /** The name by which later rows use this answer's cursors. */
  keep?: string;
}

/** What one real server was asked, in that order. */
export interface WireRecording {
  name: string;
  protocol: Protocol;
  rows: WireRow[];
  files: RolloutFile[];
  /** What a name as `$A` stands for. */
  names: Record<string, string>;
}

const rollouts = import.meta.glob<string>('../../fixtures/corpus/*/wire/*.jsonl', {
  query: '?raw',
  import: 'default',
});
const names = import.meta.glob<string>('../../fixtures/corpus/*/wire/names.json', {
  query: '?raw',
  import: 'default',
});

const protocols = { legacy: '0.130', paginated: 'latest' } as const;

/** The requests and answers that were recorded of one era's server. */
export async function wireRecording(name: keyof typeof protocols): Promise<WireRecording> {
  const folder = `../../fixtures/corpus/${name}/wire/`;
  const text = await names[`${folder}names.json`]?.();
  if (text === undefined) throw new Error(`there is no recording in ${folder}`);
  const stands = JSON.parse(text) as Record<string, string>;
  const files: RolloutFile[] = [];
  let rows: WireRow[] = [];
  for (const [path, read] of Object.entries(rollouts)) {
    if (!path.startsWith(folder)) continue;
    const data = await read();
    if (path.endsWith('/wire.jsonl'))
      rows = data
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as WireRow);
    else files.push({ name: path.slice(folder.length), data });
  }
  return { name, protocol: protocols[name], rows, files, names: stands };
}

/** Where the real server had a file: $C was archived. */
export function nameInHome(fileName: string, archivedId: string): string {
  const folder = fileName.includes(archivedId) ? 'archived_sessions' : 'sessions/2026/11/22';
  return `/home/user/.codex/${folder}/${fileName}`;
}

/** A value in which every name stands for what it means; longer names first, as `$A.turns[0]` begins with `$A`. */
export function withNamesMeant<Value>(value: Value, names: Record<string, string>): Value {
  const ordered = Object.entries(names).sort(([a], [b]) => b.length - a.length);
  const meant = (text: string) => ordered.reduce((so, [name, id]) => so.replaceAll(name, id), text);
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return meant(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [meant(key), walk(inner)]));
  };
  return walk(value) as Value;
}
