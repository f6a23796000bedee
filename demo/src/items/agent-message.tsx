import type { AgentMessageItem } from 'idb-thread-store';
import { JsonText } from '../text/json-text.tsx';
import { RichText } from '../text/rich-text.tsx';
import { Fold } from './fold.tsx';

/** What the agent said, on the way or in the end. */
export function AgentMessage({ item }: { item: AgentMessageItem }) {
  return (
    <div
      role="group"
      className={item.phase === 'commentary' ? 'agent-message is-commentary' : 'agent-message'}
      aria-label="Agent"
    >
      <RichText text={item.text} name="text" />
      {item.memoryCitation !== undefined && (
        <Fold tag="memory" title="What it remembered" name="memory">
          {() => <JsonText value={item.memoryCitation} name="Memory" />}
        </Fold>
      )}
    </div>
  );
}
