import type { FoundPage } from './find-in-thread.ts';

/** What is found is told this often at the most: each time, the map is drawn anew. */
const restMs = 120;

/** The pages, those that come shortly one after the other as one. The first is given at once, and so is the last. */
export async function* batchPages(pages: AsyncIterable<FoundPage>): AsyncGenerator<FoundPage> {
  let waiting: FoundPage | undefined;
  let told = Number.NEGATIVE_INFINITY;
  for await (const page of pages) {
    waiting = {
      // Each page is before those that came earlier.
      hits: [...page.hits, ...(waiting?.hits ?? [])],
      turns: page.turns + (waiting?.turns ?? 0),
      complete: page.complete,
    };
    if (!page.complete && performance.now() - told < restMs) continue;
    yield waiting;
    waiting = undefined;
    told = performance.now();
  }
}
