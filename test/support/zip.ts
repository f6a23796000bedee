import { crc32, deflateRawSync } from 'node:zlib';

/** How {@link zip} packs. */
export interface ZipOptions {
  /** Sizes and places in fields of 64 bits, as archives of more than 4 GB have them. */
  wide?: boolean;
  stored?: boolean;
  /** Says of every file that it is encrypted. */
  encrypted?: boolean;
}

/** A ZIP archive of files by their names (APPNOTE.TXT 6.3). */
export function zip(files: Record<string, string>, options: ZipOptions = {}): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const content = Buffer.from(text);
    const packed = options.stored ? content : deflateRawSync(content);
    const fields = [
      u16(options.encrypted ? 1 : 0x800),
      u16(options.stored ? 0 : 8),
      u32(0),
      u32(crc32(content)),
    ];
    // The local header has an extra field of its own, which the directory does not have.
    const local = [u32(0x04034b50), u16(20), ...fields, u32(packed.length), u32(content.length)];
    parts.push(...local, u16(name.length), u16(4), name, u16(0xcafe), u16(0), packed);
    const sizes = options.wide
      ? [u32(0xffffffff), u32(0xffffffff)]
      : [u32(packed.length), u32(content.length)];
    const extra = options.wide ? [u16(1), u16(24), u64(content.length), u64(packed.length), u64(offset)] : [];
    directory.push(u32(0x02014b50), u16(20), u16(20), ...fields, ...sizes);
    directory.push(u16(name.length), u16(length(extra)), u16(0), u16(0), u16(0), u32(0));
    directory.push(u32(options.wide ? 0xffffffff : offset), name, ...extra);
    offset = length(parts);
  }
  const size = length(directory);
  const count = Object.keys(files).length;
  const end64 = [u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(count), u64(count)];
  end64.push(u64(size), u64(offset), u32(0x07064b50), u32(0), u64(offset + size), u32(1));
  const end = [u32(0x06054b50), u16(0), u16(0), u16(options.wide ? 0xffff : count)];
  end.push(u16(options.wide ? 0xffff : count), u32(options.wide ? 0xffffffff : size));
  end.push(u32(options.wide ? 0xffffffff : offset), u16(5), Buffer.from('hello'));
  return new Uint8Array(Buffer.concat([...parts, ...directory, ...(options.wide ? end64 : []), ...end]));
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function length(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
