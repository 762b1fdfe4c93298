import { describe, expect, it } from "vitest";
import type { HostRef, ReleaseKey, SignedLink, SshAccess } from "../ports";
import { createReleaseLinks } from "./release-links";

const SHA = "a".repeat(64);
const NOW = Date.UTC(2030, 0, 1);
const keyed =
  (letter: string, nowMs = NOW): ReleaseKey =>
  async () => ({ secret: Buffer.alloc(32, letter), nowMs });

const partsOf = (link: string): SignedLink => {
  const { pathname, searchParams } = new URL(link);
  const [expires = "", signature = ""] = ["expires", "signature"].map((name) => searchParams.get(name) ?? "");
  return { sha256: pathname.slice(pathname.lastIndexOf("/") + 1), expires, signature };
};
const linked = async () => partsOf(await createReleaseLinks("http://127.0.0.1:3000", keyed("k")).linkTo(SHA));
const isValid = (link: SignedLink, key: ReleaseKey) => createReleaseLinks(null, key).isValid(link);

describe("a link to a release", () => {
  it("lies under the console's address", async () => {
    const link = new URL(await createReleaseLinks("https://slipway.example:8443", keyed("k")).linkTo(SHA));
    expect(`${link.origin}${link.pathname}`).toBe(`https://slipway.example:8443/packages/${SHA}`);
  });

  it("is good for a quarter of an hour, in every process that has the key", async () => {
    const link = await linked();
    expect(await isValid(link, keyed("k"))).toBe(true);
    expect(await isValid(link, keyed("k", NOW + 899_999))).toBe(true);
    expect(await isValid(link, keyed("k", NOW + 900_000))).toBe(false);
    expect(await isValid(link, keyed("x"))).toBe(false);
  });

  it("is good for that release and that time only, as it was signed", async () => {
    const link = await linked();
    const later = String(Number(link.expires) + 1);
    const forged: readonly Partial<SignedLink>[] = [
      { sha256: "b".repeat(64) },
      { expires: later },
      { expires: `0${link.expires}` },
      { expires: "" },
      { expires: "Infinity" },
      { signature: "" },
      { signature: link.signature.slice(1) },
      { signature: `${link.signature}=` },
      { signature: "A".repeat(43) },
      { sha256: SHA.toUpperCase() },
      { sha256: "../../etc/passwd" },
    ];
    for (const change of forged) expect(await isValid({ ...link, ...change }, keyed("k")), JSON.stringify(change)).toBe(false);
  });
});

describe("who reaches the console", () => {
  const ssh: SshAccess = {
    via: "builtin",
    user: "deploy",
    host: null,
    port: 22,
    key: { kind: "agent" },
    hostKey: "ssh-ed25519 AAAA",
  };
  const local: HostRef = { name: "here", kind: "local", address: "10.0.0.9", root: "/srv" };
  const over = (address: string, host: string | null = null): HostRef => ({
    name: "there",
    kind: "ssh",
    address,
    root: "/srv",
    ssh: { ...ssh, host },
  });

  it("nobody, where it has no address", () => {
    for (const host of [local, over("10.0.0.1")])
      expect(createReleaseLinks(null, keyed("k")).reachableFrom(host)).toBe("no_address");
  });

  it.each(["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])("this machine only, at %s", (base) => {
    const { reachableFrom } = createReleaseLinks(base, keyed("k"));
    expect([local, over("127.0.20.1"), over("10.0.0.1", "localhost")].map(reachableFrom)).toEqual(Array(3).fill("reachable"));
    expect([over("10.0.0.1"), over("127.0.0.1", "web-1.example")].map(reachableFrom)).toEqual(Array(2).fill("loopback_address"));
  });

  it("every host, at any other address", () => {
    const { reachableFrom } = createReleaseLinks("https://slipway.example", keyed("k"));
    expect([local, over("10.0.0.1")].map(reachableFrom)).toEqual(["reachable", "reachable"]);
  });
});
