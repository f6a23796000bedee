import type { DynamicToolCallItem, McpToolCallItem } from 'idb-thread-store';
import { JsonText } from '../text/json-text.tsx';
import { PlainText } from '../text/plain-text.tsx';
import { Fold } from './fold.tsx';
import { ToolContent } from './tool-content.tsx';
import { workMeta } from './work-meta.ts';

/** A call of a tool: of an MCP server, or of one that the client brought. */
export function ToolCall({ item }: { item: McpToolCallItem | DynamicToolCallItem }) {
  const owner = item.type === 'mcpToolCall' ? item.server : item.namespace;
  const result = item.type === 'mcpToolCall' ? (item.result?.['content'] ?? item.result) : item.contentItems;
  const error = item.type === 'mcpToolCall' ? item.error?.message : undefined;
  return (
    <Fold
      tag="tool"
      title={owner === undefined ? item.tool : `${owner} · ${item.tool}`}
      meta={workMeta(item.status, item.durationMs)}
      failed={item.status === 'failed'}
      code
    >
      {() => (
        <>
          <h4 className="part">Arguments</h4>
          <JsonText value={item.arguments} name="Arguments" />
          {error !== undefined && (
            <>
              <h4 className="part">Error</h4>
              <PlainText text={error} name="Error" />
            </>
          )}
          {result !== undefined && (
            <>
              <h4 className="part">Result</h4>
              <ToolContent content={result} />
            </>
          )}
        </>
      )}
    </Fold>
  );
}
