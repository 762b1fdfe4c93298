/** One entry of a tar archive to be written. Owner, group and time are always 0: the same content gives the same bytes. */
export type TarEntry =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly executable: boolean;
      /** Bytes that `content` gives, exactly. */
      readonly size: number;
      readonly content: () => AsyncIterable<Buffer>;
    };

const BLOCK = 512;
const NAME_BYTES = 100;
const TYPE = { file: "0", link: "2", folder: "5", pax: "x" } as const;

/** A POSIX (ustar with pax) archive of the entries, in their order. */
export async function* tarBytes(entries: Iterable<TarEntry>): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    const name = entry.kind === "folder" ? `${entry.path}/` : entry.path;
    const target = entry.kind === "link" ? entry.target : "";
    const records = `${fits(name) ? "" : paxRecord("path", name)}${fits(target) ? "" : paxRecord("linkpath", target)}`;
    if (records !== "") {
      const body = Buffer.from(records);
      yield header({ type: TYPE.pax, name: "pax", mode: 0o644, size: body.length, target: "" });
      yield body;
      yield padding(body.length);
    }
    const size = entry.kind === "file" ? entry.size : 0;
    yield header({ type: TYPE[entry.kind], name, mode: modeOf(entry), size, target });
    if (entry.kind === "file") {
      yield* entry.content();
      yield padding(size);
    }
  }
  yield Buffer.alloc(2 * BLOCK);
}

function modeOf(entry: TarEntry): number {
  if (entry.kind === "link") return 0o777;
  return entry.kind === "folder" || entry.executable ? 0o755 : 0o644;
}

interface Header {
  readonly type: string;
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly target: string;
}

function header({ type, name, mode, size, target }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  // A name that does not fit stands in the pax header before; what readers without pax see is a piece of it.
  block.write(name, 0, NAME_BYTES);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.fill(" ", 148, 156);
  block.write(type, 156);
  block.write(target, 157, NAME_BYTES);
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\u0000 `, 148, "latin1");
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= NAME_BYTES && /^[\x20-\x7e]*$/.test(text);
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bare = Buffer.byteLength(rest);
  const guess = bare + String(bare).length;
  return `${bare + String(guess).length}${rest}`;
}
