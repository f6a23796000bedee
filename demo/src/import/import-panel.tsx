import type { ImportProgress } from 'idb-thread-store';
import { Failure } from '../store/failure.tsx';
import { formatBytes, formatCount } from '../text/format.ts';
import { ImportReportView, summarizeReport } from './import-report.tsx';
import type { ImportJob, Importer } from './use-import.ts';

/** The import that runs, or what became of the last one. */
export function ImportPanel({ importer: { current, start, cancel, dismiss } }: { importer: Importer }) {
  if (current.state === 'idle') return null;
  const running = current.state === 'running';
  return (
    <section className="import-panel" aria-label="Import">
      <header>
        <h2 role="status">
          {running
            ? `Importing ${current.job.label}`
            : current.state === 'done'
              ? summarizeReport(current.report)
              : 'The import ended early'}
        </h2>
        <button type="button" className="button" onClick={running ? cancel : dismiss}>
          {running ? 'Cancel' : 'Close'}
        </button>
      </header>
      {running && <ImportProgressView job={current.job} progress={current.progress} />}
      {current.state === 'done' && (
        <div className="import-body" tabIndex={0} role="group" aria-label="Files">
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

function ImportProgressView({ job, progress }: { job: ImportJob; progress: ImportProgress | undefined }) {
  const { files, file, bytes, lines, items } = progress ?? {
    files: 0,
    file: '',
    bytes: 0,
    lines: 0,
    items: 0,
  };
  // One compressed file tells neither its size nor how much of it is left.
  const done =
    job.bytes !== undefined
      ? bytes / Math.max(1, job.bytes)
      : job.fileCount > 1
        ? files / job.fileCount
        : undefined;
  return (
    <div className="import-body">
      <progress aria-label="Progress" {...(done === undefined ? {} : { value: Math.min(done, 1) })} />
      <p className="quiet">
        {files} of {formatCount(job.fileCount, 'file')} · {formatBytes(bytes)} · {formatCount(lines, 'line')}{' '}
        · {formatCount(items, 'item')}
      </p>
      <p className="quiet import-file" dir="auto">
        {file || '\u00a0'}
      </p>
    </div>
  );
}
