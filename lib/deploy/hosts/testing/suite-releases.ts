import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { serverPackage } from "./packages";
import type { InSite } from "./transport-suite";

/** Packages on their way to a host, and off it again. */
export function describeReleases(inSite: InSite): void {
  describe("stage and prune", () => {
    it(
      "moves bytes once",
      inSite(async ({ site }) => {
        const archive = await serverPackage();
        let opened = 0;
        const open = async () => {
          opened += 1;
          return Readable.from([archive.bytes]);
        };
        const { transport, host } = site.on;
        expect(await transport.stage(host, archive, open)).toEqual({ kind: "staged", moved: true });
        expect(await transport.stage(host, archive, open)).toEqual({ kind: "staged", moved: false });
        expect(opened).toBe(1);
        expect((await site.report()).releases).toEqual([archive.sha256]);
      }),
    );

    it(
      "lets two callers bring the same release at once",
      inSite(async ({ site }) => {
        const archive = await serverPackage();
        const bring = () => site.on.transport.stage(site.on.host, archive, async () => Readable.from([archive.bytes]));
        const brought = await Promise.all([bring(), bring(), bring()]);
        expect(brought.map(({ kind }) => kind)).toEqual(["staged", "staged", "staged"]);
        expect((await site.report()).releases).toEqual([archive.sha256]);
      }),
    );

    it(
      "continues a transfer that broke, and refuses bytes with another digest",
      inSite(async ({ site }) => {
        const archive = await serverPackage();
        const { transport, host } = site.on;
        const half = archive.bytes.subarray(0, 300);
        const cut = await transport.stage(host, archive, async () => Readable.from([half]));
        expect(cut).toEqual({
          kind: "failed",
          code: "package_digest_mismatch",
          detail: `only 300 of ${archive.size} bytes came`,
        });
        expect((await site.report()).releases).toEqual([]);
        const chunks = [archive.bytes.subarray(0, 200), archive.bytes.subarray(200)];
        expect(await transport.stage(host, archive, async () => Readable.from(chunks))).toEqual({
          kind: "staged",
          moved: true,
        });
        const wrong = { sha256: "0".repeat(64), size: archive.size };
        expect(await transport.stage(host, wrong, async () => Readable.from([archive.bytes]))).toMatchObject({
          kind: "failed",
          code: "package_digest_mismatch",
        });
      }),
    );

    it(
      "hands on why the bytes could not be had",
      inSite(async ({ site }) => {
        const broken = () => Promise.resolve(Readable.from(fails()));
        async function* fails(): AsyncGenerator<Buffer> {
          yield Buffer.from("x");
          throw new Error("the store is away");
        }
        const archive = await serverPackage();
        await expect(site.on.transport.stage(site.on.host, archive, broken)).rejects.toThrow("the store is away");
      }),
    );

    it(
      "prunes what nobody needs, and nothing else",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        await site.deploy({ version: "2.0" });
        const [spare, kept] = [await serverPackage("good", "spare"), await serverPackage("good", "kept")];
        await site.stage(spare);
        await site.stage(kept);
        const before = await site.report();
        const { removed } = await site.on.transport.prune(site.on.host, [kept.sha256]);
        const first = before.journal[0]?.release.sha256;
        expect([...removed].sort()).toEqual([spare.sha256, first].sort());
        expect([...(await site.report()).releases].sort()).toEqual([kept.sha256, before.current?.sha256].sort());
      }),
    );

    it(
      "never prunes what a change under way leaves or brings",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "slow" });
        const running = site.activate(command);
        await site.until(({ openTx }) => openTx === command.tx);
        expect(await site.on.transport.prune(site.on.host, [])).toEqual({ removed: [] });
        expect(await running).toMatchObject({ kind: "verified" });
      }),
    );
  });
}
