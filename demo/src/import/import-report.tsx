import type { ImportReport } from 'idb-thread-store';
import { threadHref } from '../routing/use-route.ts';
import { formatBytes, formatCount } from '../text/format.ts';

type FileReport = ImportReport['files'][number];

/** Many files at once are told in a number; these of them line by line. What failed comes first. */
const listedFiles = 200;

/** What became of the files of an import. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const byTrouble = report.files.toSorted((a, b) => trouble(b) - trouble(a));
  return (
    <>
      <ul className="report-files">
        {byTrouble.slice(0, listedFiles).map((file, index) => (
          // Two files may have one name; a report does not change.
          <li key={index} data-outcome={file.outcome} data-clean={trouble(file) === 0}>
            <span className="report-outcome">{file.outcome}</span>
            <span className="report-name" dir="auto" title={file.name}>
              {file.threadId === undefined ? (
                file.name
              ) : (
                <a href={threadHref(file.threadId)}>{nameOf(file)}</a>
              )}
            </span>
            <FileFacts file={file} />
          </li>
        ))}
      </ul>
      {byTrouble.length > listedFiles && (
        <p className="quiet">and {formatCount(byTrouble.length - listedFiles, 'more file')}</p>
      )}
    </>
  );
}

function FileFacts({ file }: { file: FileReport }) {
  return (
    <div className="report-facts">
      {file.reason !== undefined && <p dir="auto">{file.reason}</p>}
      {file.missingBase !== undefined && (
        <p className="is-warning">
          Its beginning is in another rollout, which is not here yet: {file.missingBase}
        </p>
      )}
      {file.outcome !== 'failed' && (
        <p className="quiet" title={formatCount(file.lines, 'line')}>
          {formatBytes(file.bytes)}
        </p>
      )}
      {file.rejectedLineCount > 0 && (
        <details>
          <summary>{formatCount(file.rejectedLineCount, 'line')} not understood</summary>
          <ol className="rejected-lines">
            {file.rejectedLines.map(({ line, reason }) => (
              <li key={line} value={line} dir="auto">
                {reason}
              </li>
            ))}
          </ol>
          {file.rejectedLineCount > file.rejectedLines.length && (
            <p className="quiet">
              and {formatCount(file.rejectedLineCount - file.rejectedLines.length, 'more line')}
            </p>
          )}
        </details>
      )}
    </div>
  );
}

/** When a rollout began and how its id ends, which is what its name tells; all of it where one may have to look for it. */
function nameOf(file: FileReport): string {
  const parts = /rollout-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-\d\d-[\w-]*([\da-f]{8})\.jsonl/.exec(file.name);
  if (parts === null || trouble(file) > 0) return file.name;
  const [, day, hour, minute, end] = parts;
  return `${day} ${hour}:${minute} · ${end}`;
}

function trouble(file: FileReport): number {
  return file.outcome === 'failed' ? 2 : file.rejectedLineCount > 0 || file.missingBase !== undefined ? 1 : 0;
}

const outcomes = ['imported', 'extended', 'unchanged', 'failed'] as const;

/** An import in one line: `5 imported, 1 failed`. */
export function summarizeReport(report: ImportReport): string {
  const counts = outcomes
    .map((outcome) => ({ outcome, count: report.files.filter((file) => file.outcome === outcome).length }))
    .filter(({ count }) => count > 0);
  return counts.map(({ outcome, count }) => `${count} ${outcome}`).join(', ') || 'No files';
}
