import type { FileChangeItem } from 'idb-thread-store';
import { formatCount, shortPath } from '../text/format.ts';
import { Diff } from './diff.tsx';
import { Fold } from './fold.tsx';
import { workMeta } from './work-meta.ts';

type FileChangeEntry = FileChangeItem['changes'][number];

/** Files that the agent added, changed or deleted. */
export function FileChange({ item }: { item: FileChangeItem }) {
  const [first, ...others] = item.changes;
  const title =
    first === undefined
      ? 'No files'
      : others.length === 0
        ? shortPath(first.path)
        : formatCount(others.length + 1, 'file');
  return (
    <Fold
      tag={
        first !== undefined && others.length === 0
          ? first.kind.type === 'update'
            ? 'edit'
            : first.kind.type
          : 'edit'
      }
      title={title}
      meta={workMeta(item.status, undefined) ?? countLines(item.changes)}
      failed={item.status === 'failed' || item.status === 'declined'}
      code={others.length === 0}
    >
      {() =>
        item.changes.map((change, index) => (
          // The same file can be in a change twice; the parts of a change never move.
          <section className="file-change" key={index}>
            <p className="file-path" dir="auto">
              {change.path} <span className="quiet">{describeKind(change)}</span>
            </p>
            <Diff text={change.diff} kind={change.kind.type} name={`${change.path} ${index}`} />
          </section>
        ))
      }
    </Fold>
  );
}

function describeKind({ kind }: FileChangeEntry): string {
  if (kind.type !== 'update') return kind.type === 'add' ? 'added' : 'deleted';
  return kind.move_path ? `moved to ${kind.move_path}` : '';
}

/** Lines are not counted in more text than this: a number in a corner is not worth the wait. */
const countedLength = 200_000;

function countLines(changes: readonly FileChangeEntry[]): string | undefined {
  if (changes.reduce((sum, change) => sum + change.diff.length, 0) > countedLength) return undefined;
  let added = 0;
  let deleted = 0;
  for (const { kind, diff } of changes) {
    const lines = diff.replace(/\n$/, '').split('\n');
    added += kind.type === 'add' ? lines.length : kind.type === 'update' ? lines.filter(isAdded).length : 0;
    deleted +=
      kind.type === 'delete' ? lines.length : kind.type === 'update' ? lines.filter(isDeleted).length : 0;
  }
  return [added > 0 ? `+${added}` : '', deleted > 0 ? `−${deleted}` : '']
    .filter((part) => part !== '')
    .join(' ');
}

function isAdded(line: string): boolean {
  return line.startsWith('+');
}

function isDeleted(line: string): boolean {
  return line.startsWith('-');
}
