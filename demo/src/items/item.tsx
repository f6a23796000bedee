import { memo, use } from 'react';
import { isItemOf, type ThreadItem } from 'idb-thread-store';
import { itemPlace, PlaceContext } from '../state/remembered.ts';
import { formatDuration } from '../text/format.ts';
import { AgentMessage } from './agent-message.tsx';
import { AgentActivity, AgentToolCall } from './agent-work.tsx';
import { Command } from './command.tsx';
import { FileChange } from './file-change.tsx';
import { Line } from './fold.tsx';
import { FunctionOutput } from './function-output.tsx';
import { HookPrompt } from './hook-prompt.tsx';
import { ImageGeneration } from './image-generation.tsx';
import { ItemBoundary } from './item-boundary.tsx';
import { Plan } from './plan.tsx';
import { Reasoning } from './reasoning.tsx';
import { Review } from './review.tsx';
import { ToolCall } from './tool-call.tsx';
import { UnknownItem } from './unknown-item.tsx';
import { UserMessage } from './user-message.tsx';
import { WebSearch } from './web-search.tsx';

/** One item of a turn, whatever it is. */
export const Item = memo(function Item({ item }: { item: ThreadItem }) {
  const turn = use(PlaceContext);
  return (
    <PlaceContext value={itemPlace(turn, item.id)}>
      <div className={isMessage(item) ? 'message' : 'step'} data-item={item.id}>
        <ItemBoundary fallback={<UnknownItem item={item} />}>
          <ItemView item={item} />
        </ItemBoundary>
      </div>
    </PlaceContext>
  );
});

function isMessage(item: ThreadItem): boolean {
  return item.type === 'userMessage' || item.type === 'agentMessage';
}

function ItemView({ item }: { item: ThreadItem }) {
  if (isItemOf(item, 'userMessage')) return <UserMessage item={item} />;
  if (isItemOf(item, 'agentMessage')) return <AgentMessage item={item} />;
  if (isItemOf(item, 'reasoning')) return <Reasoning item={item} />;
  if (isItemOf(item, 'plan')) return <Plan item={item} />;
  if (isItemOf(item, 'commandExecution')) return <Command item={item} />;
  if (isItemOf(item, 'fileChange')) return <FileChange item={item} />;
  if (isItemOf(item, 'mcpToolCall') || isItemOf(item, 'dynamicToolCall')) return <ToolCall item={item} />;
  if (isItemOf(item, 'collabAgentToolCall')) return <AgentToolCall item={item} />;
  if (isItemOf(item, 'subAgentActivity')) return <AgentActivity item={item} />;
  if (isItemOf(item, 'webSearch')) return <WebSearch item={item} />;
  if (isItemOf(item, 'imageView')) return <Line tag="view" title={item.path} code />;
  if (isItemOf(item, 'imageGeneration')) return <ImageGeneration item={item} />;
  if (isItemOf(item, 'enteredReviewMode') || isItemOf(item, 'exitedReviewMode'))
    return <Review item={item} />;
  if (isItemOf(item, 'contextCompaction')) return <Line tag="memory" title="Earlier context was compacted" />;
  if (isItemOf(item, 'sleep')) return <Line tag="wait" title={`Waited ${formatDuration(item.durationMs)}`} />;
  if (isItemOf(item, 'functionCallOutput')) return <FunctionOutput item={item} />;
  if (isItemOf(item, 'hookPrompt')) return <HookPrompt item={item} />;
  return <UnknownItem item={item} />;
}
