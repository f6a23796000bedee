/** How long a busy page may put off what can wait, in milliseconds. */
const patienceMs = 500;

/** Until the page has nothing better to do. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: patienceMs });
    else setTimeout(resolve, 16);
  });
}
