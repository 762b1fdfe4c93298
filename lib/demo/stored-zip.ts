import { crc32 } from "node:zlib";

/** MS-DOS date of 1980-01-01, the earliest there is. */
const EPOCH = 0x21;
const UTF8_NAMES = 0x800;
const REGULAR_FILE = 0o100644;

/** A zip of stored files, in their order and without times. */
export function storedZip(files: readonly { readonly path: string; readonly bytes: Buffer }[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(UTF8_NAMES, 2);
    shared.writeUInt16LE(EPOCH, 8);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    local.push(Buffer.from("PK\u0003\u0004"), shared, name, bytes);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(REGULAR_FILE * 2 ** 16, 6);
    rest.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\u0001\u0002"), Buffer.from([20, 3]), shared, rest, name);
    at += 30 + name.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}
