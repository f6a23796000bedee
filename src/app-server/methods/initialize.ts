import * as v from 'valibot';
import { maybe, maybeFlag, maybeText, maybeTexts, text } from '../params.ts';

/** What a client says of itself. */
export const initializeParams = v.object({
  clientInfo: v.object({ name: text, version: text, title: maybeText }, 'must be an object'),
  capabilities: maybe(
    v.object({ experimentalApi: maybeFlag, optOutNotificationMethods: maybeTexts }, 'must be an object'),
  ),
});

/** The answer to `initialize`. Paths on the wire are Unix paths, whatever the browser runs on. */
export function initializeAnswer(
  { clientInfo }: v.InferOutput<typeof initializeParams>,
  home: string,
): object {
  return {
    userAgent: `${clientInfo.name}/${clientInfo.version} (idb-thread-store)`,
    codexHome: home,
    platformFamily: 'unix',
    platformOs: 'browser',
  };
}
