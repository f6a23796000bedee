/** One file of a ZIP archive. */
export interface ZipEntry {
  /** With its folders, as the archive has it. */
  name: string;
  /** Its size, uncompressed. */
  bytes: number;
  /** Unpacks it while it is read. */
  open: () => Promise<ReadableStream<Uint8Array>>;
}

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** In a field of 32 bits: the value is in the extra field of 64 bits. */
const ELSEWHERE = 0xffffffff;
/** The end record with the longest comment that it may have. */
const longestEnd = 22 + 0xffff;

/**
 * The files of a ZIP archive, by its directory: nothing is unpacked before it is opened, and then piece by piece.
 * Reads archives of any size (ZIP64), stored or deflated, as APPNOTE.TXT 6.3 describes them.
 * @throws Error when it is not a ZIP archive, or was cut off
 */
export async function readZip(archive: Blob): Promise<ZipEntry[]> {
  const { offset, size } = await findDirectory(archive);
  const view = await viewOf(archive, offset, size);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= view.byteLength && view.getUint32(at, true) === ENTRY;) {
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength));
    const [bytes = 0, packed = 0, header = 0] = wideValues(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      new DataView(view.buffer, view.byteOffset + at + 46 + nameLength, extraLength),
    );
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    if (!name.endsWith('/'))
      entries.push({ name, bytes, open: () => openEntry(archive, { header, packed, flags, method }) });
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return entries;
}

interface Place {
  /** Where the entry's own header begins in the archive. */
  header: number;
  packed: number;
  flags: number;
  method: number;
}

async function openEntry(archive: Blob, place: Place): Promise<ReadableStream<Uint8Array>> {
  const { header, packed, flags, method } = place;
  if ((flags & ENCRYPTED) !== 0) throw new Error('it is encrypted in its archive; unpack the archive first');
  if (method !== STORED && method !== DEFLATED)
    throw new Error(`its archive packs it by method ${method}, which browsers do not know; unpack it first`);
  // Name and extra field have their own lengths here, which may differ from the directory's.
  const local = await viewOf(archive, header, 30);
  const start = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const content = archive.slice(start, start + packed).stream();
  return method === STORED ? content : content.pipeThrough(new DecompressionStream('deflate-raw'));
}

/** Where the archive's directory is; its end record, at the archive's end, says so. */
async function findDirectory(archive: Blob): Promise<{ offset: number; size: number }> {
  const begin = Math.max(0, archive.size - longestEnd);
  const tail = await viewOf(archive, begin, archive.size - begin);
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    const size = tail.getUint32(at + 12, true);
    const offset = tail.getUint32(at + 16, true);
    const isWide = at >= 20 && tail.getUint32(at - 20, true) === END_64_LOCATOR;
    return isWide ? findWideDirectory(archive, tail.getBigUint64(at - 12, true)) : { offset, size };
  }
  throw new Error('this is not a ZIP archive, or its end is missing');
}

async function findWideDirectory(archive: Blob, at: bigint): Promise<{ offset: number; size: number }> {
  const end = await viewOf(archive, Number(at), 56);
  if (end.getUint32(0, true) !== END_64) throw new Error('the directory of the ZIP archive is damaged');
  return { size: Number(end.getBigUint64(40, true)), offset: Number(end.getBigUint64(48, true)) };
}

/** Replaces the values that are too large for 32 bits by those of the ZIP64 extra field, which has them in order. */
function wideValues(values: number[], extra: DataView): number[] {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    return values.map((value) => {
      if (value !== ELSEWHERE) return value;
      next += 8;
      return Number(extra.getBigUint64(next - 8, true));
    });
  }
  return values;
}

async function viewOf(archive: Blob, start: number, length: number): Promise<DataView> {
  const view = new DataView(await archive.slice(start, start + length).arrayBuffer());
  if (view.byteLength < length) throw new Error('the ZIP archive is cut off');
  return view;
}
