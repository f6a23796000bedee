import { isItemOf, type ThreadItem } from 'idb-thread-store';

/** A text of an item that the viewer shows. */
export interface ItemText {
  /** As `Piecewise` knows it. */
  name: string;
  text: string;
  /** Whether it is shown as Markdown. */
  rich?: true;
  /** What has to be open for it to be seen: the name of a fold. */
  fold?: string;
}

/** The texts of an item that one can find something in, in the order in which they are shown. */
export function itemTexts(item: ThreadItem): ItemText[] {
  if (isItemOf(item, 'userMessage'))
    return item.content.flatMap((input, index) => {
      if (input.type === 'text') return [{ name: `text ${index}`, text: input.text, rich: true }];
      return 'path' in input ? [{ name: `path ${index}`, text: input.path }] : [];
    });
  if (isItemOf(item, 'agentMessage')) return [{ name: 'text', text: item.text, rich: true }];
  if (isItemOf(item, 'reasoning'))
    return [
      { name: 'text', text: [...item.summary, ...item.content].join('\n\n'), rich: true, fold: 'fold' },
    ];
  if (isItemOf(item, 'plan')) return [{ name: 'text', text: item.text, rich: true, fold: 'fold' }];
  if (isItemOf(item, 'commandExecution'))
    return [
      { name: 'Command', text: item.command, fold: 'fold' },
      { name: 'Output', text: item.aggregatedOutput ?? '', fold: 'fold' },
    ];
  if (isItemOf(item, 'fileChange'))
    return item.changes.flatMap((change, index) => [
      { name: `path ${index}`, text: change.path, fold: 'fold' },
      { name: `${change.path} ${index}`, text: change.diff, fold: 'fold' },
    ]);
  if (isItemOf(item, 'webSearch')) return [{ name: 'query', text: item.query }, ...jsonTexts(item.results)];
  if (isItemOf(item, 'imageGeneration')) return [{ name: 'prompt', text: item.revisedPrompt ?? '' }];
  if (isItemOf(item, 'exitedReviewMode'))
    return [{ name: 'review', text: item.review, rich: true, fold: 'fold' }];
  if (isItemOf(item, 'hookPrompt'))
    return item.fragments.map((fragment, index) => ({
      name: `Hook ${index + 1}`,
      text: fragment.text,
      fold: 'fold',
    }));
  if (isItemOf(item, 'mcpToolCall') || isItemOf(item, 'dynamicToolCall'))
    return [{ name: 'tool', text: item.tool }, ...jsonTexts([item.arguments, resultOf(item)])];
  const { type: _, id: __, ...rest } = item;
  return jsonTexts(rest);
}

function resultOf(item: object): unknown {
  return [Reflect.get(item, 'result'), Reflect.get(item, 'contentItems'), Reflect.get(item, 'error')];
}

/** Longer texts without a space are data, such as images. */
const longestWord = 10_000;

/** Every text in a JSON value. */
function jsonTexts(value: unknown): ItemText[] {
  if (typeof value === 'string')
    return value.length > longestWord && !/\s/.test(value.slice(0, longestWord))
      ? []
      : [{ name: 'json', text: value, fold: 'fold' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(jsonTexts);
}
