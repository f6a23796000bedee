import { idle } from '../state/idle.ts';
import { languageOf } from './languages.ts';

/** Code in parts: plain text, and parts of a kind. */
export type Highlighted = (string | { className: string; parts: Highlighted })[];

/** Longer code stays plain: its colours would take a page's frames. */
const longest = 20_000;
/** How many pieces of code keep their colours, so that code which is scrolled back to has them at once. */
const keptCount = 200;

const kept = new Map<string, Highlighted>();

/** The colours of code that had them before. */
export function knownHighlight(text: string, language: string): Highlighted | undefined {
  return kept.get(`${language}\n${text}`);
}

/** Colours code: loads the highlighter and the language when they are first asked for. Plain code gives nothing. */
export async function highlight(text: string, language: string): Promise<Highlighted | undefined> {
  const known = knownHighlight(text, language);
  const grammar = languageOf(language);
  if (known !== undefined || grammar === undefined || text.length > longest) return known;
  try {
    const { highlightWith } = await import('./highlighter.ts');
    await idle();
    const parts = await highlightWith(grammar, text);
    kept.set(`${language}\n${text}`, parts);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptCount) break;
      kept.delete(oldest);
    }
    return parts;
  } catch {
    // The highlighter could not be fetched, or choked: plain code reads as well.
    return undefined;
  }
}
