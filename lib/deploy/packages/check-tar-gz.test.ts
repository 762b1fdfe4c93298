import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { checkTarGz } from "./check-tar-gz";
import { withDefaults } from "./options";
import { tar, tarGz } from "./testing/archives";

const limits = withDefaults({ allowPrivate: false, allowLoopback: true, spoolFolder: "", cache: null }).archive;
const folder = mkdtempSync(join(tmpdir(), "slipway-tar-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function check(bytes: Buffer, given: Partial<typeof limits> = {}, pieceBytes = 1000) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const kept: Buffer[] = [];
  const contents = await checkTarGz(pieces(), async (piece) => void kept.push(piece), { ...limits, ...given });
  return { ...contents, kept: Buffer.concat(kept) };
}

const why = (reason: string) =>
  expect.objectContaining({ code: "unsafe_package", params: expect.objectContaining({ why: reason }) });

describe("reading a tar.gz", () => {
  it.each([1, 511, 512, 513, 100_000])(
    "counts files and their bytes, in pieces of %d bytes, and hands every byte on",
    async (pieceBytes) => {
      const archive = await tarGz(
        { name: "./", type: "directory" },
        { name: "app/", type: "directory", mode: 0o755 },
        { name: "app/server.mjs", body: "x".repeat(1500) },
        { name: `app/${"long".repeat(50)}.txt`, body: "more" },
        { name: "current", type: "symlink", linkname: "app/server.mjs" },
      );
      const result = await check(archive, {}, pieceBytes);
      expect(result).toMatchObject({ files: 3, unpackedSize: 1504 });
      expect(result.kept.equals(archive)).toBe(true);
    },
  );

  it("reads what the system's tar writes, in its own and the POSIX format", async () => {
    writeFileSync(join(folder, "a.txt"), "hello");
    writeFileSync(join(folder, `${"名".repeat(60)}.txt`), "long");
    for (const format of ["gnu", "posix", "ustar"]) {
      const names = format === "ustar" ? ["a.txt"] : ["."];
      const made = spawnSync("tar", ["-C", folder, `--format=${format}`, "-cf", "-", ...names], { maxBuffer: 1 << 24 });
      expect(made.status).toBe(0);
      expect(await check(gzipSync(made.stdout))).toMatchObject(format === "ustar" ? { files: 1 } : { files: 2, unpackedSize: 9 });
    }
  });

  it.each([1, 100, 1_000_000])("reads several gzip members one after the other, in pieces of %d bytes", async (pieceBytes) => {
    const plain = await tar({ name: "a", body: "1" }, { name: "b", body: "2" });
    const members = [plain.subarray(0, 700), plain.subarray(700)].map((part) => gzipSync(part));
    expect(await check(Buffer.concat(members), {}, pieceBytes)).toMatchObject({ files: 2 });
  });

  it.each([1, 1000, 1_000_000])(
    "passes over zeros after the end, as gzip does, and still hands them on (pieces of %d bytes)",
    async (pieceBytes) => {
      const archive = Buffer.concat([await tarGz({ name: "a", body: "1" }), Buffer.alloc(20_000)]);
      const { files, kept } = await check(archive, {}, pieceBytes);
      expect(files).toBe(1);
      expect(kept.equals(archive)).toBe(true);
    },
  );

  it.each([1, 1_000_000])("refuses gzip with anything else after its end (pieces of %d bytes)", async (pieceBytes) => {
    const archive = Buffer.concat([await tarGz({ name: "a", body: "1" }), Buffer.from("more")]);
    await expect(check(archive, {}, pieceBytes)).rejects.toThrow(why("malformed"));
  });

  it.each([
    ["an absolute name", { name: "/etc/passwd", body: "" }, "absolute_name"],
    ["a name that climbs", { name: "a/../../b", body: "" }, "parent_segment"],
    ["a backslash", { name: "a\\b", body: "" }, "backslash"],
    ["a newline in the name", { name: "a\nb", body: "" }, "control_character"],
    ["a link out of the root", { name: "a", type: "symlink", linkname: "../b" }, "link_leaves"],
    ["an absolute link", { name: "a", type: "symlink", linkname: "/etc" }, "link_leaves"],
    ["a hard link", { name: "a", type: "link", linkname: "b" }, "hard_link"],
    ["a character device", { name: "a", type: "character-device" }, "device"],
    ["a block device", { name: "a", type: "block-device" }, "device"],
    ["a fifo", { name: "a", type: "fifo" }, "fifo"],
    ["set-uid", { name: "a", mode: 0o4755, body: "x" }, "set_id"],
    ["set-gid", { name: "a", mode: 0o2755, body: "x" }, "set_id"],
    ["a set-gid folder", { name: "a", type: "directory", mode: 0o2755 }, "set_id"],
    ["a contiguous file", { name: "a", type: "contiguous-file", body: "x" }, "unknown_type"],
  ] as const)("refuses %s", async (_what, entry, reason) => {
    await expect(check(await tarGz({ name: "fine", body: "x" }, entry))).rejects.toThrow(why(reason));
  });

  it("refuses a file written through a link of the same archive", async () => {
    const archive = await tarGz({ name: "a", type: "symlink", linkname: "b" }, { name: "a/x", body: "x" });
    await expect(check(archive)).rejects.toThrow(why("through_link"));
  });

  it("names the entry, without what could drive a terminal", async () => {
    await expect(check(await tarGz({ name: "a\u001b[2J", body: "" }))).rejects.toThrow(
      expect.objectContaining({ params: { entry: "a\ufffd[2J", why: "control_character" } }),
    );
  });

  it("names an entry with a long name as far as it can be stored", async () => {
    await expect(check(await tarGz({ name: `${"x".repeat(198)}\n👋`, body: "" }))).rejects.toThrow(
      expect.objectContaining({ params: { entry: `${"x".repeat(198)}\ufffd`, why: "control_character" } }),
    );
  });

  it("refuses a header for all entries that names a path, and lets one with a comment pass", async () => {
    const rest = await tar({ name: "a", body: "x" });
    const global = async (record: string) => Buffer.concat([await headerOf("pax-global-header", record), rest]);
    expect(await check(gzipSync(await global("19 comment=123abcd\n")))).toMatchObject({ files: 1 });
    await expect(check(gzipSync(await global("16 path=../../x\n")))).rejects.toThrow(why("malformed"));
  });

  it.each([
    ["a length that runs over", "99 path=a\n"],
    ["no equals sign", "8 patha\n"],
    ["one key twice", "9 path=a\n9 path=b\n"],
    ["a sparse map", "27 GNU.sparse.name=../../x\n"],
  ])("refuses an extended header with %s", async (_what, record) => {
    const archive = Buffer.concat([await headerOf("pax-header", record), await tar({ name: "a", body: "x" })]);
    await expect(check(gzipSync(archive))).rejects.toThrow(expect.objectContaining({ code: "unsafe_package" }));
  });

  it("believes the name of an extended header, as those who unpack do", async () => {
    const archive = Buffer.concat([
      await headerOf("pax-header", "16 path=../../x\n"),
      await tar({ name: "innocent", body: "x" }),
    ]);
    await expect(check(gzipSync(archive))).rejects.toThrow(why("parent_segment"));
  });

  it("refuses entries after the end, where some programs look and others do not", async () => {
    const archive = gzipSync(Buffer.concat([await tar({ name: "a", body: "x" }), await tar({ name: "../b", body: "x" })]));
    await expect(check(archive)).rejects.toThrow(why("malformed"));
  });

  it.each([0.2, 0.5, 0.9])("refuses one that breaks off at %d of its length", async (share) => {
    const archive = await tarGz({ name: "a", body: createHash("sha512").update("seed").digest("hex").repeat(100) });
    await expect(check(archive.subarray(0, archive.length * share))).rejects.toThrow(why("malformed"));
  });

  it("refuses a tar that breaks off inside sound gzip", async () => {
    const plain = await tar({ name: "a", body: "x".repeat(5000) });
    await expect(check(gzipSync(plain.subarray(0, 3000)))).rejects.toThrow(why("malformed"));
    await expect(check(gzipSync(plain.subarray(0, plain.length - 1024)))).rejects.toThrow(why("malformed"));
  });

  it("refuses gzip that holds no tar, a damaged one, and an empty one", async () => {
    await expect(check(gzipSync("just text ".repeat(200)))).rejects.toThrow(why("malformed"));
    const damaged = await tarGz({ name: "a", body: "x" });
    damaged.writeUInt32LE(1, damaged.length - 8);
    await expect(check(damaged)).rejects.toThrow(why("malformed"));
    await expect(check(await tarGz())).rejects.toThrow(why("no_files"));
    await expect(check(await tarGz({ name: "a", type: "directory" }))).rejects.toThrow(why("no_files"));
  });

  it("stops a bomb by its ratio, its size and its number of names", async () => {
    const bomb = await tarGz({ name: "zeros", body: Buffer.alloc(4_000_000) });
    expect(bomb.length).toBeLessThan(10_000);
    await expect(check(bomb, { ratioFloorBytes: 1_000_000 })).rejects.toThrow(why("ratio"));
    await expect(check(bomb, { maxUnpackedBytes: 3_000_000 })).rejects.toThrow(why("too_large_unpacked"));
    expect(await check(bomb)).toMatchObject({ unpackedSize: 4_000_000 });
    const many = await tarGz(...Array.from({ length: 20 }, (_, at) => ({ name: `f${at}`, body: "" })));
    await expect(check(many, { maxEntries: 10 })).rejects.toThrow(why("too_many_entries"));
  });

  it("gives the error of whoever keeps the bytes, unchanged", async () => {
    const full = new Error("disk full");
    const archive = await tarGz({ name: "a", body: "x" });
    async function* one() {
      yield archive;
    }
    const failing = checkTarGz(one(), () => Promise.reject(Object.assign(full, { code: "ENOSPC" })), limits);
    await expect(failing).rejects.toBe(full);
  });
});

/** One extended header block and its body, taken from a tar written for the purpose. */
async function headerOf(type: "pax-header" | "pax-global-header", record: string): Promise<Buffer> {
  const whole = await tar({ name: "pax", type: "file", body: record });
  const bytes = Buffer.from(whole.subarray(0, 512 + Math.ceil(Buffer.byteLength(record) / 512) * 512));
  bytes.write(type === "pax-header" ? "x" : "g", 156);
  bytes.fill(" ", 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return bytes;
}
