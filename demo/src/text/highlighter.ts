import { createLowlight } from 'lowlight';
import type { Highlighted } from './highlight.ts';
import { grammars, type Language } from './languages.ts';

type Nodes = ReturnType<ReturnType<typeof createLowlight>['highlight']>['children'];

const lowlight = createLowlight();

/** Colours code of a language, whose grammar is fetched first. */
export async function highlightWith(language: Language, text: string): Promise<Highlighted> {
  if (!lowlight.registered(language)) {
    const grammar = await grammars[language]();
    lowlight.register(language, grammar.default);
  }
  return toParts(lowlight.highlight(language, text, { prefix: 'hl-' }).children);
}

function toParts(nodes: Nodes): Highlighted {
  return nodes.flatMap((node): Highlighted => {
    if (node.type === 'text') return [node.value];
    if (node.type !== 'element') return [];
    const { className } = node.properties;
    const parts = toParts(node.children);
    return [{ className: Array.isArray(className) ? className.join(' ') : '', parts }];
  });
}
