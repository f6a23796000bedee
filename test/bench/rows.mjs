/** The rows of the table. */
import { median, spreadOf } from './statistics.mjs';

/**
 * @typedef {object} Row
 * @property {string} operation
 * @property {string} what
 * @property {string} unit
 * @property {Record<string, number>} values by store
 * @property {number} [ratio] ours to what it is held against: the median of the rounds' ratios
 * @property {number} [spread] of the rounds' ratios: half the distance of their quartiles, as a part of the median
 * @property {string} [target]
 * @property {boolean} [met]
 */

/**
 * A row of one operation.
 * @param {object} measured
 * @param {string} measured.operation
 * @param {string} measured.what
 * @param {Record<string, number[]>} measured.times each round's, by store
 * @param {number[] | undefined} measured.against each round's of what ours is held against
 * @param {string} measured.of what that is
 * @param {number | undefined} measured.target
 * @param {boolean} [measured.more] more is better
 * @returns {Row}
 */
export function row({ operation, what, times, against, of, target, more = false }) {
  const ratios = against?.map((value, round) => (times['ours']?.[round] ?? Number.NaN) / value) ?? [];
  const ratio = median(ratios);
  return {
    operation,
    what,
    unit: more ? 'k/s' : 'ms',
    values: Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)])),
    ratio,
    spread: spreadOf(ratios),
    ...(target === undefined
      ? {}
      : {
          target: `at ${more ? 'least' : 'most'} ${target} × ${of}`,
          met: more ? ratio >= target : ratio <= target,
        }),
  };
}
