import type { CollabAgentToolCallItem, SubAgentActivityItem } from 'idb-thread-store';
import { threadHref } from '../routing/use-route.ts';
import { formatCount } from '../text/format.ts';
import { JsonText } from '../text/json-text.tsx';
import { RichText } from '../text/rich-text.tsx';
import { Fold, Line } from './fold.tsx';
import { workMeta } from './work-meta.ts';

const toolWords: Record<string, string> = {
  spawnAgent: 'Started',
  sendInput: 'Wrote to',
  resumeAgent: 'Resumed',
  wait: 'Waited for',
  closeAgent: 'Closed',
};

/** What the agent did with other agents. */
export function AgentToolCall({ item }: { item: CollabAgentToolCallItem }) {
  return (
    <Fold
      tag="agent"
      title={`${toolWords[item.tool] ?? item.tool} ${formatCount(item.receiverThreadIds.length, 'agent')}`}
      meta={workMeta(item.status, undefined)}
      failed={item.status === 'failed'}
    >
      {() => (
        <>
          {item.prompt !== undefined && <RichText text={item.prompt} name="prompt" />}
          {item.receiverThreadIds.map((threadId) => (
            <AgentLink key={threadId} threadId={threadId} />
          ))}
          <JsonText value={item.agentsStates} name="States" />
        </>
      )}
    </Fold>
  );
}

/** What another agent did. */
export function AgentActivity({ item }: { item: SubAgentActivityItem }) {
  return (
    <Line
      tag="agent"
      title={
        <>
          {item.agentPath} {item.kind}
        </>
      }
      meta={<a href={threadHref(item.agentThreadId)}>Open</a>}
    />
  );
}

function AgentLink({ threadId }: { threadId: string }) {
  return (
    <p>
      <a className="agent-link" href={threadHref(threadId)}>
        Open the agent’s conversation
      </a>
    </p>
  );
}
