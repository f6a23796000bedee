import { formatCount } from '../text/format.ts';
import type { ImportJob } from './use-import.ts';

/** The files that one chose or dropped, as an import. */
export function fileJob(files: readonly File[]): ImportJob {
  const compressed = files.some((file) => /\.(?:gz|zst)$/i.test(file.name));
  return {
    label: formatCount(files.length, 'file'),
    files: () => files.map((file) => ({ name: file.name, data: file })),
    fileCount: files.length,
    ...(compressed ? {} : { bytes: files.reduce((sum, file) => sum + file.size, 0) }),
  };
}
