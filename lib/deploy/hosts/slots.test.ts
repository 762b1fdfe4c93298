/** The small files of one value that are overwritten in place: a reader that meets their writer gets the value before or the one after. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const BASE = join(import.meta.dirname, "host", "base.sh");
const BOOT = "0fbd1a4c-7e0d-4b43-9f6e-3c8d35d2a1b7";
const KINDS: Readonly<Record<string, readonly string[]>> = {
  exit: ["", "0 0", "7 7", "0 124", "123 0", "4194304 143"],
  pid: ["", `7 10 ${BOOT} 1790000000000 000001.r:1`, `4194304 123456789 ${BOOT} 1790000000000 000002.${"r".repeat(128)}:1`],
  generation: ["0 -", "9 r:1", "10 r:1", `10 ${"r".repeat(128)}:1`],
  power: ["on", "off", "stopped r:1"],
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slots-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is in a slot after each of these values has been put into it. */
async function contents(values: readonly string[]): Promise<readonly string[]> {
  const put = `. "$1"; slot=$2; shift 2; slot_new "$slot" ''; at=0; for value; do slot_set "$slot" "$value"; at=$((at + 1)); cat "$slot" >"$slot.$at"; done`;
  const slot = join(folder, "slot");
  await run("sh", ["-c", put, "sh", BASE, slot, ...values]);
  return Promise.all(values.map((_, at) => readFile(`${slot}.${at + 1}`, "latin1")));
}

/** What a shell takes from bytes that it reads one by one; null: two different copies, so it reads again. */
function taken(bytes: string): string | null {
  const [first = "", second = ""] = bytes.split("\n", 2).map((line) => line.trim());
  return first === second ? first : null;
}

it.each(Object.entries(KINDS))("%s is never a value that was not written", async (_, values) => {
  const pairs = values.flatMap((before) => values.map((after) => [before, after] as const));
  const files = await contents(pairs.flat());
  pairs.forEach(([before, after], at) => {
    const [was = "", is = ""] = files.slice(2 * at, 2 * at + 2);
    expect([taken(was), taken(is)]).toEqual([before, after]);
    const read = Array.from(was, (_byte, cut) => taken(was.slice(0, cut) + is.slice(cut)));
    expect(new Set(read.filter((value) => value !== null && value !== before && value !== after))).toEqual(new Set());
  });
});
