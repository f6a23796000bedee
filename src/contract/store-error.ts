import { ThreadStoreError } from './errors.ts';

/** Whatever was thrown, as an error of the store. */
export function toStoreError(thrown: unknown): ThreadStoreError {
  if (thrown instanceof ThreadStoreError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ThreadStoreError('internal', message, { cause: thrown });
}
