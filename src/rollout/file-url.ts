/** A path as newer recordings write it: an absolute one as a `file:` URL, which is all that Codex takes there. */
export function fileUrl(path: string): string {
  const [, drive] = WINDOWS_DRIVE.exec(path) ?? [];
  if (drive === undefined && !path.startsWith('/')) return path;
  const steps = (drive === undefined ? path : `/${path.replaceAll('\\', '/')}`).split('/');
  return `file://${steps.map((step) => (step === `${drive}:` ? step : encodeURIComponent(step))).join('/')}`;
}

const WINDOWS_DRIVE = /^([a-z]):[\\/]/i;
