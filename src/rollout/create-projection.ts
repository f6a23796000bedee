import type { Json } from '../contract/json.ts';
import type { StoredThread } from '../contract/records.ts';
import { createBareProjection } from './bare-projection.ts';
import { createLegacyProjection } from './legacy-projection.ts';
import { createPaginatedProjection } from './paginated-projection.ts';
import type { Projection, Surface } from './projection.ts';
import type { TurnBook } from './turn-book.ts';

/** How a thread's lines become turns: `bare` for the files without envelopes, up to September 2025 (contract §5.1, G0). */
export type RolloutFormat = StoredThread['historyMode'] | 'bare';

/** What a projection is made for. */
export interface ProjectionOptions {
  format: RolloutFormat;
  surface: Surface;
}

/**
 * Makes the projection of a thread.
 * @param state what {@link Projection.state} gave for the lines before; absent for a thread without lines.
 */
export async function createProjection(
  book: TurnBook,
  { format, surface }: ProjectionOptions,
  state?: Json,
): Promise<Projection> {
  switch (format) {
    case 'legacy':
      return createLegacyProjection(book, surface, state);
    case 'paginated':
      return createPaginatedProjection(book, surface, state);
    case 'bare':
      return createBareProjection(book, state);
  }
}
