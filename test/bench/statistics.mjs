/**
 * @param {number[]} values
 * @param {number} part of 0 to 1
 */
export function quantile(values, part) {
  const inOrder = [...values].sort((a, b) => a - b);
  return inOrder[Math.min(inOrder.length - 1, Math.floor(inOrder.length * part))] ?? Number.NaN;
}

/** @param {number[]} values */
export function median(values) {
  return quantile(values, 0.5);
}

/**
 * Half the distance of the quartiles, as a part of the median.
 * @param {number[]} values
 */
export function spreadOf(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}
