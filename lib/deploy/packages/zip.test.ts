import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { withDefaults } from "./options";
import { repackZip } from "./repack-zip";
import { type ZipMember, zip } from "./testing/archives";

const limits = withDefaults({ allowPrivate: false, allowLoopback: true, spoolFolder: "", cache: null }).archive;
const folder = mkdtempSync(join(tmpdir(), "slipway-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

async function repack(bytes: Buffer, given: Partial<typeof limits> = {}) {
  const file = join(folder, `${count++}.zip`);
  writeFileSync(file, bytes);
  const kept: Buffer[] = [];
  const contents = await repackZip(file, async (piece) => void kept.push(piece), { ...limits, ...given });
  return { ...contents, tarGz: Buffer.concat(kept) };
}

/** Unpacks with the system's tar, as a host would. */
function unpack(tarGz: Buffer): string {
  const target = join(folder, `out-${count++}`);
  mkdirSync(target);
  const done = spawnSync("tar", ["-xzf", "-", "-C", target], { input: tarGz });
  expect(done.stderr.toString()).toBe("");
  expect(done.status).toBe(0);
  return target;
}

const why = (reason: string) =>
  expect.objectContaining({ code: "unsafe_package", params: expect.objectContaining({ why: reason }) });

describe("a zip becomes a tar.gz", () => {
  it("that the system's tar unpacks to the same files, modes and links", async () => {
    const long = `${"folder/".repeat(20)}发布.txt`;
    const { files, unpackedSize, tarGz } = await repack(
      zip(
        { name: "run.sh", body: "#!/bin/sh\n", mode: 0o100775 },
        { name: "data/", mode: 0o040755 },
        { name: "data/big.bin", body: Buffer.alloc(70_000, "x") },
        { name: long, body: "long" },
        { name: "current", body: "data/big.bin", mode: 0o120777 },
        { name: "windows.txt", body: "dos", mode: 0 },
        { name: "stored.txt", body: "stored", method: 0 },
      ),
    );
    expect(files).toBe(6);
    expect(unpackedSize).toBe(10 + 70_000 + 4 + 12 + 3 + 6);
    const out = unpack(tarGz);
    expect(statSync(join(out, "run.sh")).mode & 0o777).toBe(0o755);
    expect(statSync(join(out, "windows.txt")).mode & 0o777).toBe(0o644);
    expect(readlinkSync(join(out, "current"))).toBe("data/big.bin");
    expect(readFileSync(join(out, "data/big.bin")).equals(Buffer.alloc(70_000, "x"))).toBe(true);
    expect(readFileSync(join(out, long), "utf8")).toBe("long");
  });

  it("that does not depend on the order, the times or the machine of the zip", async () => {
    const members: ZipMember[] = [
      { name: "b", body: "2" },
      { name: "a", body: "1" },
      { name: "c/d", body: "3" },
    ];
    const one = await repack(zip(...members));
    const other = await repack(zip(...members.toReversed()));
    expect(one.tarGz.equals(other.tarGz)).toBe(true);
    expect(one.tarGz.subarray(4, 10)).toEqual(Buffer.from([0, 0, 0, 0, 0, 255]));
  });

  it("from what the system's zip writes", async () => {
    const source = join(folder, "source");
    mkdirSync(join(source, "lib"), { recursive: true });
    writeFileSync(join(source, "lib", "a.txt"), "hello");
    symlinkSync("lib/a.txt", join(source, "link"));
    const made = spawnSync("zip", ["-qry", join(folder, "made.zip"), "."], { cwd: source });
    expect(made.status).toBe(0);
    const { tarGz } = await repack(readFileSync(join(folder, "made.zip")));
    expect(readdirSync(unpack(tarGz)).toSorted()).toEqual(["lib", "link"]);
  });
});

describe("a zip is refused", () => {
  it.each([
    ["an absolute name", { name: "/etc/passwd" }, "absolute_name"],
    ["a name that climbs", { name: "a/../../b" }, "parent_segment"],
    ["a backslash", { name: "a\\b" }, "backslash"],
    ["a control character", { name: "a\nb" }, "control_character"],
    ["the same name twice", { name: "./fine" }, "duplicate_name"],
    ["a link that leaves", { name: "a", body: "../../etc", mode: 0o120777 }, "link_leaves"],
    ["an endless link", { name: "a", body: "x".repeat(5000), mode: 0o120777 }, "link_leaves"],
    ["a device", { name: "a", mode: 0o020644 }, "device"],
    ["a fifo", { name: "a", mode: 0o010644 }, "fifo"],
    ["a socket", { name: "a", mode: 0o140644 }, "unknown_type"],
    ["set-uid", { name: "a", mode: 0o104755 }, "set_id"],
    ["an encrypted entry", { name: "a", body: "x".repeat(20), flags: 1 }, "encrypted"],
    ["another compression", { name: "a", body: "x", method: 12 }, "unknown_compression"],
    ["a folder with content", { name: "a/", body: "x" }, "malformed"],
    ["a wrong checksum", { name: "a", body: "x", crc: 1 }, "malformed"],
    ["more bytes than announced", { name: "a", body: "xxxx", size: 1 }, "malformed"],
    ["fewer bytes than announced", { name: "a", body: "x", size: 100 }, "malformed"],
  ] satisfies [string, ZipMember, string][])("for %s", async (_what, member, reason) => {
    await expect(repack(zip({ name: "fine", body: "x" }, member))).rejects.toThrow(why(reason));
  });

  it("for strong encryption, which hides its list", async () => {
    await expect(repack(zip({ name: "a", body: "x", flags: 0x41 }))).rejects.toThrow(
      expect.objectContaining({ code: "unsafe_package" }),
    );
  });

  it("for what it unpacks to, before anything is unpacked", async () => {
    const bomb = zip({ name: "zeros", body: Buffer.alloc(4_000_000) });
    await expect(repack(bomb, { ratioFloorBytes: 1_000_000 })).rejects.toThrow(why("ratio"));
    await expect(repack(bomb, { maxUnpackedBytes: 3_000_000 })).rejects.toThrow(why("too_large_unpacked"));
    const many = zip(...Array.from({ length: 20 }, (_, at) => ({ name: `f${at}` })));
    await expect(repack(many, { maxEntries: 10 })).rejects.toThrow(why("too_many_entries"));
  });

  it("for holding no file, breaking off, or being none", async () => {
    await expect(repack(zip())).rejects.toThrow(why("no_files"));
    const whole = zip({ name: "a", body: "x".repeat(1000) });
    await expect(repack(whole.subarray(0, whole.length - 10))).rejects.toThrow(why("malformed"));
    await expect(repack(Buffer.from("PK\u0003\u0004 and nothing more"))).rejects.toThrow(why("malformed"));
  });

  it("but not for the disk's errors, which are told as they are", async () => {
    await expect(repackZip(join(folder, "absent.zip"), async () => undefined, limits)).rejects.toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
  });
});
