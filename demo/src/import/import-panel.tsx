import { Failure } from '../store/failure.tsx';
import { formatBytes, formatCount, formatDuration } from '../text/format.ts';
import type { ImportFiles } from './import-job.ts';
import { ImportReportView, summarizeReport } from './import-report.tsx';
import { doneShare, speeds, timeLeft } from './import-speed.ts';
import type { ImportAdvance, Importer, ImportState } from './use-import.ts';

/** The import that runs, or what became of the last one. */
export function ImportPanel({ importer: { current, start, cancel, dismiss } }: { importer: Importer }) {
  if (current.state === 'idle') return null;
  const running = current.state === 'running';
  return (
    <section className="import-panel" aria-label="Import">
      <header>
        <h2 role="status">{title(current)}</h2>
        <button type="button" className="button" onClick={running ? cancel : dismiss}>
          {running ? 'Cancel' : 'Close'}
        </button>
      </header>
      {running && <ImportProgressView files={current.files} advance={current.advance} />}
      {current.state === 'done' && (
        <div className="import-body" tabIndex={0} role="group" aria-label="Files">
          <ImportFacts files={current.files} advance={current.advance} />
          <ImportReportView report={current.report} />
        </div>
      )}
      {current.state === 'failed' && (
        <Failure
          title={current.error.code === 'aborted' ? 'Stopped' : 'Something went wrong'}
          error={current.error}
          onRetry={() => start(current.job)}
        />
      )}
    </section>
  );
}

function title(current: Exclude<ImportState, { state: 'idle' }>): string {
  switch (current.state) {
    case 'running':
      return current.files === undefined ? 'Looking for rollouts' : `Importing ${current.files.label}`;
    case 'done':
      return summarizeReport(current.report);
    case 'failed':
      return 'The import ended early';
  }
}

interface AdvanceProps {
  files: ImportFiles | undefined;
  advance: ImportAdvance | undefined;
}

function ImportProgressView({ files, advance }: AdvanceProps) {
  const known = files !== undefined && advance !== undefined;
  const share = known ? doneShare(files, advance) : undefined;
  return (
    <div className="import-body">
      <progress aria-label="Progress" {...(share === undefined ? {} : { value: share })} />
      <p className="quiet">
        {known
          ? [
              `${advance.progress.files} of ${formatCount(files.fileCount, 'file')}`,
              formatBytes(advance.progress.bytes),
              formatCount(advance.progress.items, 'item'),
            ].join(' · ')
          : '\u00a0'}
      </p>
      <p className="quiet">
        {(known && [...speeds(advance), timeLeft(files, advance)].filter(Boolean).join(' · ')) || '\u00a0'}
      </p>
      <p className="quiet import-file" dir="auto">
        {advance?.progress.file || '\u00a0'}
      </p>
    </div>
  );
}

/** What was read, how fast, and what was left alone. */
function ImportFacts({ files, advance }: { files: ImportFiles; advance: ImportAdvance | undefined }) {
  return (
    <>
      {advance !== undefined && (
        <p className="quiet">
          {[
            `${formatBytes(advance.progress.bytes)} in ${formatDuration(advance.elapsedMs)}`,
            ...speeds(advance),
          ].join(' · ')}
        </p>
      )}
      {files.passedOver > 0 && (
        <p className="quiet">
          {formatCount(files.passedOver, 'other file')} passed over: a rollout’s name ends in .jsonl,
          .jsonl.gz or .jsonl.zst
        </p>
      )}
    </>
  );
}
