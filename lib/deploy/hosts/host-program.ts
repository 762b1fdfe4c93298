import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { inOneLine, shownText } from "../domain/shown-text";
import { type CallOptions, type HostRef, HostUnreachable } from "../ports";
import type { Channel, HostCommand, HostOutput } from "./channel";
import type { HostArguments } from "./commands";

/** `host.sh` is written in parts, one concept each, and is one file on the host. The order matters only for the last. */
const PARTS = [
  "base",
  "instance",
  "journal",
  "spec",
  "process",
  "supervise",
  "systemd",
  "own-commands",
  "root",
  "http",
  "health",
  "transaction",
  "workers",
  "stage",
  "fetch",
  "report",
  "commands",
  "hand",
  "main",
] as const;

const NOT_THERE = 97;
const SHOWN = 500;
const RUN = '[ -s "$1" ] || exit 97; exec sh "$@"';
// The bytes are counted before the file gets its name: a connection may break, and a program cut short must never run.
const INSTALL = `umask 022
mkdir -p "$1/bin" "$1/releases" "$1/stage" "$1/instances" || exit 1
new=$1/bin/.$2.$$
cat >"$new" && [ "$(wc -c <"$new")" -eq "$3" ] || { rm -f "$new"; exit 1; }
sync "$new" 2>/dev/null || sync
mv -f "$new" "$1/bin/$2" && ln -s "$2" "$new" && mv -fT "$new" "$1/bin/host.sh"`;

export interface HostProgram {
  /** The whole text of `host.sh`. */
  readonly text: string;
  /** File name under `ROOT/bin`, by content. */
  readonly name: string;
}

/** `folder`: where the parts lie, beside the source of this module also where it is bundled (`bin/launch/bundle.mts`). */
export async function loadHostProgram(folder = join(dirname(fileURLToPath(import.meta.url)), "host")): Promise<HostProgram> {
  const parts = await Promise.all(PARTS.map((part) => readFile(join(folder, `${part}.sh`), "utf8")));
  const text = parts.join("\n");
  return { text, name: `host-${createHash("sha256").update(text).digest("hex").slice(0, 12)}.sh` };
}

/** Runs `host.sh` on a host, and puts it there first when the host does not have this one. Throws HostUnreachable. */
export async function runHostProgram(
  channel: Channel,
  program: HostProgram,
  host: HostRef,
  args: HostArguments,
  options: CallOptions & {
    readonly stdin?: () => string | Readable;
    readonly lasting?: boolean;
    readonly onText?: HostCommand["onText"];
    readonly onTurn?: HostCommand["onTurn"];
  } = {},
): Promise<HostOutput> {
  const path = join(host.root, "bin", program.name);
  const { stdin, lasting, onText, onTurn, ...call } = options;
  const run = () =>
    channel.run(
      host,
      { argv: ["sh", "-c", RUN, "sh", path, "--root", host.root, ...args], stdin: stdin?.(), lasting, onText, onTurn },
      call,
    );
  const output = await run();
  if (output.code !== NOT_THERE) return output;
  const installed = await channel.run(
    host,
    { argv: ["sh", "-c", INSTALL, "sh", host.root, program.name, String(Buffer.byteLength(program.text))], stdin: program.text },
    call,
  );
  if (installed.code !== 0) {
    const said = installed.stderr.trim().split("\n").at(-1) ?? "";
    throw new HostUnreachable(host.name, `host.sh could not be put into ${host.root}: ${inOneLine(installed.stderr, SHOWN)}`, {
      trouble: { code: "program_unplaced", params: { host: host.name, root: host.root, said: shownText(said, SHOWN) } },
    });
  }
  return run();
}
