/** What every transport must do, with real processes: run by the test of each kind. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Site, type TestHost } from "./site";
import { describeActivate } from "./suite-activate";
import { describeFetching } from "./suite-fetching";
import { describeOwnership } from "./suite-ownership";
import { describeReleases } from "./suite-releases";

export type InSite = (test: (context: { site: Site; scratch: string }) => Promise<void>) => () => Promise<void>;

export function describeTransport(name: string, make: () => Promise<TestHost>): void {
  describe.concurrent(`transport ${name}`, () => {
    /** Opens a site of its own for a test and leaves nothing of it behind. */
    const inSite = (test: (context: { site: Site; scratch: string }) => Promise<void>) => async () => {
      const site = await Site.open(await make());
      const scratch = await mkdtemp(join(tmpdir(), "scratch-"));
      try {
        await test({ site, scratch });
      } finally {
        await site.dispose();
        await rm(scratch, { recursive: true, force: true });
      }
    };

    describeActivate(inSite);
    describeOwnership(inSite);
    describeReleases(inSite);
    describeFetching(inSite);

    it(
      "answers for several instances at once, known or not, whatever they are called",
      inSite(async ({ site }) => {
        const odd = "../web 1/é%";
        const two = await site.command();
        await site.activate({ ...two, instance: odd });
        const reports = await site.on.transport.inspect(site.on.host, ["unknown", odd], { check: true });
        expect(reports).toMatchObject([
          { instance: "unknown", generation: 0, current: null, process: null, journal: [] },
          { instance: odd, answers: true, current: { version: "1.0" } },
        ]);
        await site.on.transport.powerOff(site.on.host, { instance: odd, generation: 1 });
      }),
    );

    it(
      "runs as the settings' deadline says, not the caller's patience",
      inSite(async ({ site }) => {
        const command = await site.command({ behaviour: "slow" });
        const { transport, host } = site.on;
        await expect(transport.activate(host, command, { timeoutMs: 700 })).rejects.toMatchObject({
          name: "HostUnreachable",
          trouble: { code: "too_late", params: { seconds: 0.7 } },
        });
        expect(await transport.activate(host, command)).toMatchObject({ kind: "verified", changed: true });
        expect((await site.report()).journal).toHaveLength(1);
      }),
    );
  });
}
