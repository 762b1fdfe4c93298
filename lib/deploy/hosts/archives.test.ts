import { spawnSync } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { loadHostProgram } from "./host-program";
import { localHost } from "./testing/local-host";
import { archiveOf, packageOf, type TestEntry, type TestPackage } from "./testing/packages";

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

describe("where somebody else than root signs in", () => {
  const NOBODY = 65_534;
  const isRoot = process.getuid?.() === 0;

  /** What a user without rights is told who stages it, in a folder of that user's, and what has become a release. */
  async function stagedByUser({ bytes, sha256, size }: TestPackage, { mode = 0o755, prepare = ":" } = {}) {
    const folder = await mkdtemp(join(tmpdir(), "by-user-"));
    try {
      await chmod(folder, 0o755);
      const script = join(folder, "host.sh");
      await writeFile(script, (await loadHostProgram()).text);
      const root = join(folder, "root");
      await mkdir(root);
      if (isRoot) await chown(root, NOBODY, NOBODY);
      await chmod(root, mode);
      const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
      spawnSync("sh", ["-c", prepare, "sh", root, sha256], user);
      const said = spawnSync("sh", [script, "--root", root, "stage", sha256, String(size), "1000000", "100", "no", "0"], {
        input: bytes,
        ...user,
      });
      const release = join(root, "releases", sha256);
      return {
        said: said.stdout.toString(),
        releases: await readdir(join(root, "releases")),
        link: await readlink(join(release, "dark", "link")).catch(() => null),
      };
    } finally {
      spawnSync("chmod", ["-R", "u+rwX", folder]);
      await rm(folder, { recursive: true });
    }
  }

  const dark = (linkname: string): TestEntry[] => [
    GOOD,
    { name: "dark", type: "directory", mode: 0o755 },
    { name: "dark/link", type: "symlink", linkname },
    { name: "dark", type: "directory", mode: 0o100 },
  ];

  it("a folder that nobody may read hides no link that leaves the package", async () => {
    const { said, releases } = await stagedByUser(await archiveOf(dark("../../../../etc")));
    expect(said).toContain("failed unsafe_package has a link that leaves the package");
    expect(releases).toEqual([]);
  });

  it("and can be read when there is nothing to hide", async () => {
    const { said, link } = await stagedByUser(await archiveOf(dark("../app/run")));
    expect(said).toContain("staged moved");
    expect(link).toBe("../app/run");
  });

  it("what somebody who was killed has left shut is cleared away", async () => {
    const left = 'mkdir -p "$1/releases/.new.$2/dark/in" && chmod 0 "$1/releases/.new.$2/dark"';
    const { said, releases } = await stagedByUser(await archiveOf([GOOD]), { prepare: left });
    expect(said).toContain("staged moved");
    expect(releases).toHaveLength(1);
  });

  it("a folder that hands its group on to what is made in it is no set-gid entry", async () => {
    const archive = await archiveOf([{ name: "app", type: "directory", mode: 0o755 }, GOOD]);
    expect(await stagedByUser(archive, { mode: 0o2775 })).toMatchObject({ said: expect.stringContaining("staged moved") });
  });
});
