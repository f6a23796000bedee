import type { CommandExecutionItem } from 'idb-thread-store';
import { firstLine } from '../text/format.ts';
import { PlainText } from '../text/plain-text.tsx';
import { Fold } from './fold.tsx';
import { workMeta } from './work-meta.ts';

/** A command that ran, its output folded. */
export function Command({ item }: { item: CommandExecutionItem }) {
  const failed = item.status === 'failed' || item.status === 'declined' || (item.exitCode ?? 0) !== 0;
  return (
    <Fold
      tag={item.source === 'userShell' ? 'you ran' : 'run'}
      title={firstLine(shownCommand(item))}
      meta={workMeta(item.status, item.durationMs, item.exitCode)}
      failed={failed}
      code
    >
      {() => (
        <>
          <PlainText text={item.command} name="Command" language="bash" />
          {item.aggregatedOutput === undefined || item.aggregatedOutput === '' ? (
            <p className="quiet">No output</p>
          ) : (
            <PlainText text={item.aggregatedOutput} name="Output" />
          )}
          <p className="quiet" dir="auto">
            in {item.cwd}
            {item.exitCode !== undefined && ` · exit ${item.exitCode}`}
          </p>
        </>
      )}
    </Fold>
  );
}

/** The command without the shell that it was given to, where the recording has it so. */
function shownCommand(item: CommandExecutionItem): string {
  const commands = item.commandActions.map((action) => action['command']);
  const texts = commands.filter((command) => typeof command === 'string');
  return texts.length === 0 || texts.length < commands.length ? item.command : texts.join(' && ');
}
