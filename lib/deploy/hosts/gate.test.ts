/** A generation counts as raised when it is on the disk: until then nobody is told that it is. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadHostProgram } from "./host-program";

let root: string;
let slots: string;
let env: NodeJS.ProcessEnv;
/** What the programs that host.sh calls have noted. */
const notes = () => join(root, "notes");
const noted = async () => (await readFile(notes(), "utf8")).split("\n").filter((line) => line !== "");
const fence = (generation: number) => [join(root, "host.sh"), "--root", root, "fence", "shop-1", String(generation), "leave"];

async function noting(tool: string, note: string): Promise<void> {
  const real = spawnSync("sh", ["-c", `command -v ${tool}`])
    .stdout.toString()
    .trim();
  await symlink(real, join(root, "bin", `real-${tool}`));
  await writeFile(join(root, "bin", tool), `#!/bin/sh\n${note}\nexec real-${tool} "$@"\n`, { mode: 0o755 });
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gate-"));
  slots = join(root, "instances", "shop-1");
  await writeFile(join(root, "host.sh"), (await loadHostProgram()).text);
  expect(spawnSync("sh", fence(4)).status).toBe(0);
  await writeFile(notes(), "");
  await mkdir(join(root, "bin"));
  env = { ...process.env, PATH: [join(root, "bin"), process.env.PATH].join(delimiter) };
});
afterEach(() => rm(root, { recursive: true }));

it("a fence that is on its way to the disk is waited for by the same fence asked again", async () => {
  await noting("flock", `echo waits >>'${notes()}'`);
  // One that has written generation 5, holds the lock and is told by its disk to wait.
  const first = spawn("flock", [join(slots, "gate"), "sh", "-c", `echo held; read -r _; echo durable >>'${notes()}'`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(first.stdout, "data");
  await writeFile(join(slots, "generation"), "5 -\n5 -\n", { flag: "r+" });
  const second = spawn("sh", fence(5), { env, stdio: ["ignore", "pipe", "inherit"] });
  const answered = once(second.stdout.resume(), "end").then(() => writeFile(notes(), "answered\n", { flag: "a" }));
  const deadline = Date.now() + 20_000;
  while ((await noted()).length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  first.stdin.end("\n");
  await Promise.all([answered, once(first, "exit")]);
  expect((await noted()).filter((line) => line !== "waits")).toEqual(["durable", "answered"]);
});

it("one that was killed on the way is taken there by the next", async () => {
  await noting("sync", `echo "$*" >>'${notes()}'`);
  await writeFile(join(slots, "generation"), "5 -\n5 -\n", { flag: "r+" });
  expect(spawnSync("sh", fence(5), { env }).stdout.toString()).toContain("generation 5");
  expect(await noted()).toEqual([join(slots, "generation")]);
});
