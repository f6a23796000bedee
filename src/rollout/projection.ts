import type { Json } from '../contract/json.ts';
import type { ParsedLine } from './line.ts';

/** `limited` hides what Codex's own server hides; `extended` shows all that the file recorded. */
export type Surface = 'limited' | 'extended';

/** Turns rollout lines into turns and items, in a turn book. */
export interface Projection {
  /**
   * Applies the next line. Gives a promise only where the book had to fetch an older turn; the next call must
   * wait for it. Never throws for what a line says: a line that cannot be understood did not parse.
   */
  apply(line: ParsedLine): void | Promise<void>;

  /** All that a later projection needs to go on from here, as plain data. */
  readonly state: Json;
}
