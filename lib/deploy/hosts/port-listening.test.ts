/** Whether somebody listens: by `ss`, and by the kernel's tables on a host without it. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const script = join(import.meta.dirname, "host", "process.sh");
const found = async (name: string) => (await run("sh", ["-c", `command -v ${name}`])).stdout.trim();
const hasSs = await found("ss").then(
  () => true,
  () => false,
);
let bare: string;

beforeAll(async () => {
  bare = await mkdtemp(join(tmpdir(), "bare-"));
  for (const tool of ["sh", "awk"]) await symlink(await found(tool), join(bare, tool));
});
afterAll(() => rm(bare, { recursive: true }));

async function listening(path: string, address: string, port: number): Promise<boolean> {
  const ask = `. "$1"; if port_listening "$2" "$3"; then echo yes; else echo no; fi`;
  const { stdout } = await run("sh", ["-c", ask, "sh", script, address, String(port)], { env: { ...process.env, PATH: path } });
  return stdout.trim() === "yes";
}

const ways: Readonly<Record<string, () => string>> = {
  "by ss": () => [process.env.PATH, "/usr/sbin", "/sbin"].join(delimiter),
  "by the kernel's tables": () => bare,
};

for (const [way, path] of Object.entries(ways)) {
  const skipped = way === "by ss" && !hasSs;
  describe.skipIf(skipped)(`who listens, ${way}${skipped ? " (skipped: this machine has none)" : ""}`, () => {
    it.each([
      ["127.0.0.1", { "127.0.0.1": true, "127.0.0.2": false, "0.0.0.0": true }],
      ["0.0.0.0", { "127.0.0.1": true, "0.0.0.0": true }],
      ["::", { "127.0.0.1": true, "0.0.0.0": true }],
      ["::1", { "127.0.0.1": false, "0.0.0.0": true }],
      ["::ffff:127.0.0.1", { "127.0.0.1": true, "127.0.0.2": false }],
    ])("%s", async (address, answers) => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, address, resolve));
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : 0;
      try {
        for (const [asked, expected] of Object.entries(answers))
          expect([asked, await listening(path(), asked, port)]).toEqual([asked, expected]);
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
      expect(await listening(path(), "0.0.0.0", port)).toBe(false);
    });
  });
}

/** What versions of ss print of a listener on port 8080, and whether an instance at 127.0.0.1 finds its port taken by it. */
const PRINTED: readonly (readonly [string, boolean])[] = [
  ["127.0.0.1:8080  0.0.0.0:*", true],
  ["127.0.0.2:8080  0.0.0.0:*", false],
  ["127.0.0.1%lo:8080  0.0.0.0:*", true],
  ["0.0.0.0%lo:8080  0.0.0.0:*", true],
  ["[::]%lo:8080  [::]:*", true],
  ["*%lo:8080  *:*", true],
  ["[::ffff:127.0.0.1]%lo:8080  *:*", true],
  ["[fe80::1]%eth0:8080  [::]:*", false],
  ["*:8080  *:*", true],
  [":::8080  :::*", true],
  ["::%lo:8080  :::*", true],
  ["::1:8080  :::*", false],
  ["::ffff:127.0.0.1:8080  :::*", true],
  ["::ffff:127.0.0.1%lo:8080  :::*", true],
];

it("is understood from every version of ss, also of what is bound to one network interface", async () => {
  const path = [bare, process.env.PATH].join(delimiter);
  for (const [printed, expected] of PRINTED) {
    await writeFile(join(bare, "ss"), `#!/bin/sh\necho 'LISTEN     0      128    ${printed}'\n`, { mode: 0o755 });
    expect([printed, await listening(path, "127.0.0.1", 8080)]).toEqual([printed, expected]);
  }
  await rm(join(bare, "ss"));
});
