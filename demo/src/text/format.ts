const number = new Intl.NumberFormat(undefined);
const oneDecimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `3 hr. ago`. Both in Unix milliseconds. */
export function formatAgo(time: number, now: number): string {
  const elapsed = time - now;
  const unit = units.find(([, length]) => Math.abs(elapsed) >= length);
  return unit === undefined
    ? relative.format(0, 'second')
    : relative.format(Math.round(elapsed / unit[1]), unit[0]);
}

/** A day, with its year when that is not this one. Both in Unix milliseconds. */
export function formatDay(time: number, now: number): string {
  return (new Date(time).getFullYear() === new Date(now).getFullYear() ? day : dayOfYear).format(time);
}

/** `4:31 PM`, or as it is written here. `time` is in Unix milliseconds. */
export function formatTimeOfDay(time: number): string {
  return timeOfDay.format(time);
}

/** Everything about a moment, for a tooltip. `time` is in Unix milliseconds. */
export function formatFullTime(time: number): string {
  return fullTime.format(time);
}

/** `840 ms`, `3.2 s`, `4 m 12 s`, `2 h 5 m`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${oneDecimal.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** `840 B`, `3.2 kB`, `1.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${oneDecimal.format(bytes / 1000)} kB`;
  if (bytes < 999_950_000) return `${oneDecimal.format(bytes / 1_000_000)} MB`;
  return `${oneDecimal.format(bytes / 1_000_000_000)} GB`;
}

/** `1 turn`, `1,204 turns`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

/** Whose folders they are, everybody knows. */
const home = /^(?:\/(?:home|Users)|[A-Z]:[/\\]Users)[/\\][^/\\]+(?=[/\\]|$)/;

/** The last two folders of a path, which tell more than its beginning; `~` is one's own. */
export function shortPath(path: string): string {
  const short = path.replace(home, '~');
  const parts = short.split(/[/\\]+/).filter((part) => part !== '');
  return parts.length <= 2 ? short : `…/${parts.slice(-2).join('/')}`;
}

/** The first line that says something. */
export function firstLine(text: string): string {
  return /\S.*/u.exec(text.slice(0, 2000))?.[0] ?? '';
}
