import { describe, expect, it } from "vitest";
import { StaleGeneration } from "../../ports";
import type { InSite } from "./transport-suite";

/** Who may change an instance, and switching it off and on. */
export function describeOwnership(inSite: InSite): void {
  describe("generations", () => {
    it(
      "refuses every command that is older than what the host has seen",
      inSite(async ({ site }) => {
        await site.deploy({ generation: 5 });
        const { transport, host } = site.on;
        expect(await site.deploy({ version: "2.0", generation: 4 })).toMatchObject({
          kind: "refused",
          code: "stale_generation",
        });
        await expect(transport.fence(host, { instance: site.instance, generation: 4, cancelUnless: null })).rejects.toThrow(
          StaleGeneration,
        );
        await expect(transport.powerOff(host, { instance: site.instance, generation: 4 })).rejects.toMatchObject({ seen: 5 });
        expect(await site.serves()).toBe("1.0");
        expect(await site.deploy({ version: "2.0", generation: 5 })).toMatchObject({ kind: "verified" });
      }),
    );

    it(
      "remembers a fence for an instance that it has never seen",
      inSite(async ({ site }) => {
        const { transport, host } = site.on;
        const report = await transport.fence(host, { instance: site.instance, generation: 3, cancelUnless: "always" });
        expect(report).toMatchObject({ generation: 3, journal: [], current: null });
        expect(await site.deploy({ generation: 2 })).toMatchObject({ kind: "refused", code: "stale_generation" });
      }),
    );

    it(
      "cancels a change in its health wait, which puts the old version back at once",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "sick", settings: { startDeadlineS: 600 } });
        const running = site.activate(command);
        await site.until(({ openTx, current }) => openTx === command.tx && current?.version === "2.0");
        const fenced = await site.on.transport.fence(site.on.host, {
          instance: site.instance,
          generation: 2,
          cancelUnless: "always",
        });
        expect(fenced).toMatchObject({ generation: 2, openTx: command.tx });
        expect(await running).toMatchObject({ kind: "reverted", code: "cancelled", report: { current: { version: "1.0" } } });
        expect(await site.serves()).toBe("1.0");
      }),
    );

    it(
      "lets a change finish that brings just what the new owner wants",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "slow" });
        const running = site.activate(command);
        await site.until(({ openTx }) => openTx === command.tx);
        const { sha256, revision } = command.release;
        await site.on.transport.fence(site.on.host, {
          instance: site.instance,
          generation: 2,
          cancelUnless: { sha256, revision },
        });
        expect(await running).toMatchObject({ kind: "verified", changed: true });
      }),
    );

    it(
      "lets a newer change wait for the one under way",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const slow = await site.command({ version: "2.0", behaviour: "slow" });
        const next = await site.command({ version: "3.0", generation: 2 });
        const running = site.activate(slow);
        await site.until(({ openTx }) => openTx === slow.tx);
        const waiting = site.activate(next);
        await site.until(({ generation }) => generation === 2);
        expect(await running).toMatchObject({ kind: "verified" });
        expect(await waiting).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("3.0");
      }),
    );
  });

  describe("power off and boot", () => {
    it(
      "stops the process and leaves it off until it is booted",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const { transport, host } = site.on;
        expect(await transport.powerOff(host, { instance: site.instance, generation: 1 })).toMatchObject({
          process: null,
          current: { version: "1.0" },
        });
        expect(await site.report(true)).toMatchObject({ process: null, answers: false });
        const [booted] = await transport.boot(host, [site.instance, "never-seen"]);
        expect(booted?.process).not.toBeNull();
        expect(await site.serves()).toBe("1.0");
        const [again] = await transport.boot(host, [site.instance]);
        expect(again?.process).toEqual(booted?.process);
      }),
    );

    it(
      "does not wait for the deadline of a change under way",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", behaviour: "sick", settings: { startDeadlineS: 600 } });
        const running = site.activate(command);
        await site.until(({ openTx, current }) => openTx === command.tx && current?.version === "2.0");
        const off = await site.on.transport.powerOff(site.on.host, { instance: site.instance, generation: 1 });
        expect(off).toMatchObject({ process: null, openTx: null, current: { version: "1.0" } });
        expect(await running).toMatchObject({ kind: "reverted", code: "cancelled" });
      }),
    );
  });
}
