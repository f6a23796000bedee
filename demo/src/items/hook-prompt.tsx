import type { HookPromptItem } from 'idb-thread-store';
import { firstLine } from '../text/format.ts';
import { PlainText } from '../text/plain-text.tsx';
import { Fold } from './fold.tsx';

/** What hooks told the agent. */
export function HookPrompt({ item }: { item: HookPromptItem }) {
  return (
    <Fold tag="hook" title={firstLine(item.fragments[0]?.text ?? '') || 'A hook wrote'}>
      {() =>
        // The parts of a prompt never move, so an index is an identity.
        item.fragments.map((fragment, index) => (
          <PlainText key={index} text={fragment.text} name={`Hook ${index + 1}`} />
        ))
      }
    </Fold>
  );
}
