/** The time in the last id, Unix milliseconds. */
let lastMs = 0;

/** The number of the last id within its millisecond. */
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562): ids that are made in one tab rise, also within one millisecond and when the clock is set
 * back.
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  const nowMs = Date.now();
  // A counter that starts in its lower half has room to rise (RFC 9562 §6.2, method 1).
  if (nowMs > lastMs) [lastMs, counter] = [nowMs, view.getUint16(6) & 0x7ff];
  else if (++counter > 0xfff) [lastMs, counter] = [lastMs + 1, 0];
  view.setUint16(0, lastMs / 2 ** 32);
  view.setUint32(2, lastMs);
  view.setUint16(6, 0x7000 | counter);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
