import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { DeliverySettings } from "../domain/delivery";
import type { Delivery, HostRef, Packages, ReleaseLinks, StageResult } from "../ports";
import { type Bringing, bringRelease } from "./bring-release";

const [TAR, ZIP] = ["a".repeat(64), "b".repeat(64)];
const HOST: HostRef = { name: "one", kind: "local", address: "127.0.0.1", root: "/srv" };
const LINK = "http://127.0.0.1:3000/packages/x?expires=1&signature=s";
const signal = new AbortController().signal;

/** Brings a release over a transport that only notes what it is asked for. */
async function bring(
  delivery: DeliverySettings,
  {
    result = { kind: "staged", moved: true },
    reachable = "reachable",
    kept = true,
    ...change
  }: Partial<Bringing> & {
    readonly result?: StageResult;
    readonly reachable?: ReturnType<ReleaseLinks["reachableFrom"]>;
    readonly kept?: boolean;
  } = {},
) {
  const asked: Delivery[] = [];
  const fetched: string[] = [];
  const packages: Packages = {
    ask: () => Promise.reject(new Error("not asked")),
    fetch: async (url) => {
      fetched.push(url);
      return { sha256: TAR, size: 1, kind: "tar.gz", release: { sha256: TAR, size: 1 }, files: 1, unpackedSize: 1 };
    },
    find: async () => null,
    open: async () => Readable.from([]),
    sizeOf: async () => (kept ? 1 : null),
  };
  const links: ReleaseLinks = { reachableFrom: () => reachable, linkTo: async () => LINK, isValid: async () => true };
  const stage = async (_host: unknown, _release: unknown, _open: unknown, options?: { readonly delivery?: Delivery }) => {
    if (options?.delivery) asked.push(options.delivery);
    return result;
  };
  const brought = await bringRelease(
    { transport: { stage }, packages, links },
    {
      host: HOST,
      release: { sha256: TAR, size: 1 },
      source: { url: "https://shelf.example/a\\b.tar.gz?k=\\", sha256: TAR },
      settings: { delivery },
      back: false,
      ...change,
    },
    { signal },
  );
  const [way] = asked;
  return { brought, way, address: (await way?.address?.()) ?? null, fetched };
}

const PUSH: DeliverySettings = { mode: "push", limitKbitS: null };

describe("a release is brought", () => {
  it("through the connection, behind what serves unless it is a way back", async () => {
    const { brought, way } = await bring({ ...PUSH, limitKbitS: 800 });
    expect(brought).toEqual({ kind: "staged", moved: true });
    expect(way).toEqual({ address: null, bytesPerS: 100_000, background: true });
    expect((await bring(PUSH, { back: true })).way).toEqual({ address: null, bytesPerS: null, background: false });
  });

  it("from the console with a link, fetched into its store first where that has pruned it", async () => {
    expect(await bring({ ...PUSH, mode: "pull" })).toMatchObject({ address: LINK, fetched: [] });
    expect(await bring({ ...PUSH, mode: "pull" }, { kept: false })).toMatchObject({
      address: LINK,
      fetched: [expect.any(String)],
    });
  });

  it("from the package's own address, as a host can be told it", async () => {
    expect(await bring({ ...PUSH, mode: "origin" })).toMatchObject({ address: "https://shelf.example/a/b.tar.gz?k=%5C" });
  });
});

describe("that it was sent although the host was to fetch it", () => {
  const zip = { url: "https://shelf.example/a.zip", sha256: ZIP };

  it.each([
    ["the console has no address", "pull", { reachable: "no_address" }, { why: "no_address", detail: null }],
    [
      "the console's address leads elsewhere",
      "pull",
      { reachable: "loopback_address" },
      { why: "loopback_address", detail: null },
    ],
    ["it came as a zip", "origin", { source: zip }, { why: "converted", detail: null }],
    [
      "the host could not",
      "pull",
      { result: { kind: "staged", moved: true, fetchFailed: "curl ended with 22" } },
      { why: "fetch_failed", detail: "curl ended with 22" },
    ],
  ] as const)("is told: %s", async (_what, mode, change, sentInstead) => {
    expect((await bring({ ...PUSH, mode }, change)).brought).toMatchObject({ sentInstead });
  });

  it("is told once a host, by whoever moved it", async () => {
    const { brought } = await bring({ ...PUSH, mode: "origin" }, { source: zip, result: { kind: "staged", moved: false } });
    expect(brought).toEqual({ kind: "staged", moved: false });
  });
});
