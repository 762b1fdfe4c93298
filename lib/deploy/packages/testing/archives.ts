import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";

export type TarMember = Partial<Header> & { readonly name: string; readonly body?: Buffer | string };

/** A tar with any headers, also ones that no honest program writes. */
export async function tar(...members: readonly TarMember[]): Promise<Buffer> {
  const packing = pack();
  for (const { body, ...header } of members) {
    if (body === undefined) packing.entry(header);
    else packing.entry(header, body);
  }
  packing.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packing) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function tarGz(...members: readonly TarMember[]): Promise<Buffer> {
  return gzipSync(await tar(...members));
}

export interface ZipMember {
  readonly name: string;
  readonly body?: Buffer | string;
  /** Unix mode with its type bits; 0 = written by a system without them. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Announced instead of the true one. */
  readonly size?: number;
  readonly crc?: number;
}

/** A zip of any members, deflated. */
export function zip(...members: readonly ZipMember[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const body = Buffer.from(member.body ?? "");
    const packed = member.method === 0 ? body : deflateRawSync(body);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE((member.flags ?? 0) | 0x800, 2);
    shared.writeUInt16LE(member.method ?? 8, 4);
    shared.writeUInt32LE(member.crc ?? crc32(body), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(member.size ?? body.length, 18);
    shared.writeUInt16LE(name.length, 22);
    local.push(Buffer.from("PK\u0003\u0004"), shared, name, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((member.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\u0001\u0002"), Buffer.from([20, member.mode === 0 ? 0 : 3]), shared, rest, name);
    at += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...local, directory, end]);
}
