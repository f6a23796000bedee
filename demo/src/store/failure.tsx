import type { ThreadStoreError } from 'idb-thread-store';
import { advice } from './store-failure.ts';

interface FailureProps {
  /** What could not be done, as a heading. */
  title: string;
  error: ThreadStoreError;
  onRetry?: (() => void) | undefined;
}

/** What went wrong, its code, and what to do now. */
export function Failure({ title, error, onRetry }: FailureProps) {
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{title}</p>
      <p className="failure-message" dir="auto">
        {error.message} <code>{error.code}</code>
      </p>
      <p className="failure-advice">{advice[error.code]}</p>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
