/**
 * How many lists and objects may stand in each other in a line. Codex reads no deeper one: its parser stops
 * at the 128th (serde_json's recursion limit). Structured clone would fail at some 2,000.
 */
export const MAX_LINE_DEPTH = 127;

/** Whether more lists and objects stand in each other than so many. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
