import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { blobOf, fingerprintOf, isHostKey, keyTypeOf, publicKeyOf } from "./host-key";

const folder = mkdtempSync(join(tmpdir(), "host-key-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(["ed25519", "ecdsa", "rsa"])("a host's %s key", (type) => {
  const file = join(folder, type);
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file]);
  const line = readFileSync(`${file}.pub`, "utf8").trim();

  it("has the fingerprint that ssh-keygen prints", () => {
    const printed = execFileSync("ssh-keygen", ["-l", "-f", `${file}.pub`], { encoding: "utf8" }).split(" ")[1];
    expect(fingerprintOf(line)).toBe(printed);
  });

  it("is the same line again when a server sends its bytes", () => {
    expect(publicKeyOf(blobOf(line))).toBe(line);
    expect(isHostKey(line)).toBe(true);
    expect(isHostKey(`${line} comment`)).toBe(false);
    expect(isHostKey(line.replace(/^\S+/, "ssh-other"))).toBe(false);
    expect(line.startsWith(`${keyTypeOf(line)} `)).toBe(true);
  });
});

it("bytes that begin with no type are no key", () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from("x"), Buffer.from("\0\0\0\x04A B!rest", "latin1")]) {
    expect(() => publicKeyOf(bytes)).toThrow(RangeError);
  }
});
