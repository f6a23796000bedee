/** How long a place may take to come back, in milliseconds. */
const patienceMs = 2000;

/**
 * Remembers where the focus is while something is done to a thread. Gives a function that puts it back there once that
 * is undone: to the same element, or to the one that came in its place as soon as it is there.
 */
export function rememberFocus(threadId: string): () => void {
  const before = document.activeElement;
  const inConversation = before !== null && before.closest('.conversation') !== null;
  const place = inConversation
    ? '.conversation-header .menu-button'
    : `.thread-row[data-thread="${CSS.escape(threadId)}"]`;
  const tryFocus = (): boolean => {
    const target = before !== document.body && before?.isConnected ? before : document.querySelector(place);
    if (target instanceof HTMLElement) target.focus();
    return target !== null && document.activeElement === target;
  };
  return () => {
    if (tryFocus()) return;
    const observer = new MutationObserver(() => tryFocus() && observer.disconnect());
    observer.observe(document.body, { childList: true, subtree: true });
    setTimeout(() => observer.disconnect(), patienceMs);
  };
}
