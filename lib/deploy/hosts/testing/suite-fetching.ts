import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { StageResult } from "../../ports";
import { type Manners, PackageServer } from "./package-server";
import { serverPackage, type TestPackage } from "./packages";
import type { Site } from "./site";
import type { InSite } from "./transport-suite";

interface Fetching {
  readonly result: StageResult;
  /** Ranges that the host asked for. */
  readonly asked: readonly (string | null)[];
  /** How often the bytes were to be sent. */
  readonly opened: number;
}

/** Has the host fetch a package from a server of such manners, which gives `served`. */
export async function fetching(
  site: Site,
  archive: TestPackage,
  manners: Manners = {},
  { served = archive.bytes, bytesPerS = null }: { readonly served?: Buffer; readonly bytesPerS?: number | null } = {},
): Promise<Fetching> {
  const server = await PackageServer.open(served, manners);
  let opened = 0;
  const open = async () => {
    opened += 1;
    return Readable.from([archive.bytes]);
  };
  try {
    const delivery = { address: async () => server.url, bytesPerS, background: false };
    const result = await site.on.transport.stage(site.on.host, archive, open, { delivery });
    return { result, asked: server.asked, opened };
  } finally {
    await server.close();
  }
}

/** Releases that a host gets by itself. */
export function describeFetching(inSite: InSite): void {
  describe("stage by fetching", () => {
    it(
      "has the host fetch the bytes, and sends none",
      inSite(async ({ site }) => {
        const archive = await serverPackage();
        expect(await fetching(site, archive)).toEqual({ result: { kind: "staged", moved: true }, asked: [null], opened: 0 });
        expect(await fetching(site, archive)).toEqual({ result: { kind: "staged", moved: false }, asked: [], opened: 0 });
        expect((await site.report()).releases).toEqual([archive.sha256]);
      }),
    );

    it(
      "goes on where a transfer of any kind was cut, in either way",
      inSite(async ({ site }) => {
        const [first, second] = [await serverPackage("good", "first"), await serverPackage("good", "second")];
        const half = async () => Readable.from([first.bytes.subarray(0, 300)]);
        await site.on.transport.stage(site.on.host, first, half);
        expect(await fetching(site, first)).toEqual({
          result: { kind: "staged", moved: true },
          asked: ["bytes=300-"],
          opened: 0,
        });

        const cut = await fetching(site, second, { cutAfter: 200 });
        expect(cut).toMatchObject({ result: { kind: "staged", moved: true }, asked: [null], opened: 1 });
        expect(cut.result).toHaveProperty("fetchFailed", expect.stringMatching(` at 200 of ${second.size} bytes$`));
        expect((await site.report()).releases.toSorted()).toEqual([first.sha256, second.sha256].toSorted());
      }),
    );

    it.each([
      ["is refused", { status: 403 }],
      ["finds nothing", { status: 404 }],
    ])(
      "is sent what it cannot fetch: it %s",
      async (_how, manners) =>
        await inSite(async ({ site }) => {
          const archive = await serverPackage();
          const { result, opened } = await fetching(site, archive, manners);
          expect(result).toMatchObject({
            kind: "staged",
            moved: true,
            fetchFailed: expect.stringContaining(`0 of ${archive.size}`),
          });
          expect(opened).toBe(1);
        })(),
    );

    it(
      "is sent what it fetched with other bytes",
      inSite(async ({ site }) => {
        const archive = await serverPackage();
        const served = Buffer.alloc(archive.size, "x");
        expect(await fetching(site, archive, {}, { served })).toMatchObject({
          result: { kind: "staged", moved: true, fetchFailed: "the bytes have another digest" },
          opened: 1,
        });
        expect((await site.report()).releases).toEqual([archive.sha256]);
      }),
    );

    it(
      "takes no more than the package's size, and nothing twice from a server that is deaf to ranges",
      inSite(async ({ site }) => {
        const archive = await serverPackage();
        const served = Buffer.concat([archive.bytes, Buffer.alloc(1_000_000)]);
        await fetching(site, archive, { cutAfter: 100 }, { served });
        expect((await site.report()).releases).toEqual([archive.sha256]);
        const other = await serverPackage("good", "other");
        await site.on.transport.stage(site.on.host, other, async () => Readable.from([other.bytes.subarray(0, 50)]));
        expect((await fetching(site, other, { deafToRanges: true })).result).toMatchObject({ kind: "staged", moved: true });
        expect((await site.report()).releases).toContain(other.sha256);
      }),
    );
  });
}
