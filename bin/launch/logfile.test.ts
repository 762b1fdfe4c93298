import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLog, record } from "./logfile.mjs";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "slipway-log-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the terminal is told of these lines, and what stands in the log. */
async function recorded(
  ...lines: readonly string[]
): Promise<{ readonly told: readonly string[]; readonly log: readonly string[] }> {
  const file = path.join(folder, "worker.log");
  const log = openLog(file);
  const told: string[] = [];
  record(Readable.from(lines.map((line) => `${line}\n`)), log, (message) => told.push(message));
  const written = () => readFile(file, "utf8").then((text) => text.split("\n").slice(0, -1));
  await vi.waitFor(async () => expect(await written()).toHaveLength(lines.length), { timeout: 10_000, interval: 10 });
  return { told, log: await written() };
}

const line = (level: number, msg: string, message?: string) =>
  JSON.stringify({ level, msg, ...(message === undefined ? {} : { err: { message } }) });

describe("what a part of Slipway prints", () => {
  it("goes into its log, and to the terminal only where it is an error", async () => {
    const { told, log } = await recorded(line(30, "the worker runs"), "no JSON at all", line(50, "ended"));
    expect(told).toEqual(["ended"]);
    expect(log).toEqual([line(30, "the worker runs"), "no JSON at all", line(50, "ended")]);
  });

  it("is told with its reason: the last line of what the error says", async () => {
    const { told } = await recorded(
      line(50, "health sweep", "Connection terminated"),
      line(50, "rollout ro-1", "\nInvalid `prisma.$executeRaw()` invocation:\n\nRaw query failed."),
      line(50, "the page broke: no such row", "no such row"),
    );
    expect(told).toEqual([
      "health sweep: Connection terminated",
      "rollout ro-1: Raw query failed.",
      "the page broke: no such row",
    ]);
  });
});
