import { invalidRequest } from './rpc-failure.ts';

const UUID =
  /^(?:urn:uuid:|\{)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** A thread's id as a client wrote it, in the form in which stores have it; `undefined` when it is no UUID. */
export function uuidOf(text: string): string | undefined {
  const match = UUID.exec(text);
  return match?.slice(1).join('-').toLowerCase();
}

/**
 * A thread's id as a client wrote it, in the form in which stores have it.
 * @throws RpcFailure -32600 when it is no UUID (contract §3.2)
 */
export function parseThreadId(text: string, what = 'thread id'): string {
  const uuid = uuidOf(text);
  if (uuid === undefined) throw invalidRequest(`invalid ${what}: ${text.slice(0, 100)} is not a UUID`);
  return uuid;
}

/** A new thread's id: a UUID whose beginning tells the time, as Codex makes them. */
export function newThreadId(nowMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(nowMs / 2 ** 32));
  view.setUint32(2, nowMs % 2 ** 32);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
