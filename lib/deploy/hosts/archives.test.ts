import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { loadHostProgram } from "./host-program";
import { localHost } from "./testing/local-host";
import { archiveOf, packageOf, type TestEntry } from "./testing/packages";

const GOOD: TestEntry = { name: "app/run", content: "hello" };

const UNSAFE: Readonly<Record<string, readonly TestEntry[]>> = {
  "an absolute name": [GOOD, { name: "/etc/x", content: "x" }],
  "a name that climbs out": [GOOD, { name: "app/../../x", content: "x" }],
  "a symbolic link to an absolute place": [GOOD, { name: "app/link", type: "symlink", linkname: "/etc/passwd" }],
  "a symbolic link that climbs out": [GOOD, { name: "app/link", type: "symlink", linkname: "../../outside" }],
  "a symbolic link that climbs out by way of another": [
    GOOD,
    { name: "here", type: "symlink", linkname: "." },
    { name: "link", type: "symlink", linkname: "here/../x" },
  ],
  "a file written through a link": [
    { name: "out", type: "symlink", linkname: "/tmp" },
    { name: "out/file", content: "x" },
  ],
  "a hard link": [GOOD, { name: "app/hard", type: "link", linkname: "app/run" }],
  "a fifo": [GOOD, { name: "app/fifo", type: "fifo" }],
  "a device": [GOOD, { name: "app/device", type: "character-device" }],
  "a set-uid program": [{ name: "app/run", content: "x", mode: 0o4755 }],
  "a set-gid program": [{ name: "app/run", content: "x", mode: 0o2755 }],
  "a bad name behind an owner with blanks": [GOOD, { name: "../x", content: "x", uname: "a b c" }],
  nothing: [],
};

describe.concurrent("unpacking on a host", () => {
  const stage = async (archive: { bytes: Buffer; sha256: string; size: number }) => {
    const { transport, host, dispose } = await localHost();
    try {
      const result = await transport.stage(host, archive, async () => Readable.from([archive.bytes]));
      const [report] = await transport.inspect(host, ["any"]);
      return { result, releases: report?.releases };
    } finally {
      await dispose();
    }
  };

  for (const [what, entries] of Object.entries(UNSAFE)) {
    it(`refuses ${what} and leaves no release`, async () => {
      const { result, releases } = await stage(await archiveOf(entries));
      expect(result).toMatchObject({ kind: "failed", code: "unsafe_package" });
      expect(releases).toEqual([]);
    });
  }

  it("refuses what is no archive, and half of one", async () => {
    const whole = await archiveOf([GOOD, { name: "big", content: "x".repeat(100_000) }]);
    for (const bytes of [Buffer.from("hello"), gzipSync("hello"), whole.bytes.subarray(0, whole.size - 40)]) {
      expect((await stage(packageOf(bytes))).result).toMatchObject({ kind: "failed", code: "unsafe_package" });
    }
  });

  it("takes blanks, line ends, links inside and empty folders", async () => {
    const archive = await archiveOf([
      GOOD,
      { name: "a b/c\nd", content: "x" },
      { name: "empty", type: "directory" },
      { name: "app/link", type: "symlink", linkname: "../a b" },
    ]);
    expect(await stage(archive)).toMatchObject({ result: { kind: "staged", moved: true }, releases: [archive.sha256] });
  });
});

describe("a package that is larger than its host is told to take", () => {
  const SHELLS: Readonly<Record<string, readonly string[]>> = { dash: ["dash"], bash: ["bash"], busybox: ["busybox", "sh"] };
  for (const [shell, [program = "", ...before]] of Object.entries(SHELLS)) {
    const missing = spawnSync(program, [...before, "-c", ":"]).status !== 0;
    it.skipIf(missing)(`is refused under ${shell}${missing ? " (skipped: this machine has none)" : ""}`, async () => {
      const root = await mkdtemp(join(tmpdir(), "too-large-"));
      try {
        const script = join(root, "host.sh");
        await writeFile(script, (await loadHostProgram()).text);
        const stage = ({ sha256, size, bytes }: Awaited<ReturnType<typeof archiveOf>>, most: number, files: number) => {
          const limits = [String(size), String(most), String(files), "no", "0"];
          const { stdout } = spawnSync(program, [...before, script, "--root", root, "stage", sha256, ...limits], {
            input: bytes,
          });
          return String(stdout);
        };
        const bomb = await archiveOf([GOOD, { name: "big", content: "x".repeat(3_000_000) }]);
        expect(stage(bomb, 1_000_000, 10)).toContain("failed package_too_large unpacks to more than 1000000 bytes");
        expect(stage(bomb, 2_999_000, 10)).toContain("failed package_too_large");
        expect(stage(bomb, 4_000_000, 1)).toContain("failed package_too_large has more than 1 entries");
        expect(await readdir(join(root, "releases"))).toEqual([]);
        expect((await readdir(join(root, "stage"))).filter((name) => !/\.(part|lock)$/.test(name))).toEqual([]);
        expect(stage(bomb, 4_000_000, 2)).toContain("staged moved");
      } finally {
        spawnSync("chmod", ["-R", "u+w", root]);
        await rm(root, { recursive: true });
      }
    });
  }
});
