import type { StoredTurn } from 'idb-thread-store';
import { JsonText } from '../text/json-text.tsx';
import { PlainText } from '../text/plain-text.tsx';
import { Fold } from '../items/fold.tsx';

/** A message that is longer goes on in its fold. */
const longMessage = 1000;

/** How a turn ended, where that is not simply well. */
export function TurnStatus({ turn }: { turn: StoredTurn }) {
  if (turn.status === 'completed') return null;
  if (turn.status === 'interrupted') return <p className="turn-status">Interrupted</p>;
  if (turn.status === 'inProgress') return <p className="turn-status is-running">In progress</p>;
  const { message = 'No reason was recorded.', codexErrorInfo, additionalDetails } = turn.error ?? {};
  const said = messageInJson(message);
  return (
    <div className="turn-status is-failed">
      <p>
        <strong>Failed</strong>
        {typeof codexErrorInfo === 'string' && codexErrorInfo !== 'other' && <code>{codexErrorInfo}</code>}
      </p>
      <p className="turn-error" dir="auto">
        {said ?? message.slice(0, longMessage)}
      </p>
      {(said !== undefined || message.length > longMessage) && (
        <Fold tag="error" title="As it was recorded" name="message">
          {() => <PlainText text={message} name="Error" />}
        </Fold>
      )}
      {typeof codexErrorInfo === 'object' && codexErrorInfo !== null && (
        <Fold tag="error" title="What Codex said of it" name="info">
          {() => <JsonText value={codexErrorInfo} name="Error info" />}
        </Fold>
      )}
      {additionalDetails !== undefined && (
        <Fold tag="error" title="Details" name="details">
          {() => <PlainText text={additionalDetails} name="Details" />}
        </Fold>
      )}
    </div>
  );
}

/** The words of an error that is recorded as a server's JSON answer. */
function messageInJson(text: string): string | undefined {
  if (!text.startsWith('{') || text.length > 10 * longMessage) return undefined;
  try {
    const answer: unknown = JSON.parse(text);
    const message = field(field(answer, 'error'), 'message') ?? field(answer, 'message');
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
