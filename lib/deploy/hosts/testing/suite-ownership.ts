import { existsSync } from "node:fs";
import { join } from "node:path";
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
        expect(report).toMatchObject({ generation: 3, journal: [], current: null, answers: false });
        expect(await site.deploy({ generation: 2 })).toMatchObject({ kind: "refused", code: "stale_generation" });
      }),
    );

    it(
      "tells with a fence whether the instance answers, where no change is under way",
      inSite(async ({ site }) => {
        await site.deploy({ generation: 1 });
        const { transport, host } = site.on;
        const { instance } = site;
        expect(await transport.fence(host, { instance, generation: 2, cancelUnless: "always" })).toMatchObject({ answers: true });
        await transport.powerOff(host, { instance, generation: 3 });
        expect(await transport.fence(host, { instance, generation: 4, cancelUnless: "always" })).toMatchObject({
          answers: false,
        });
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
      "cancels a change in its hook, which is ended, before anything is stopped",
      inSite(async ({ site, scratch }) => {
        const begun = join(scratch, "begun");
        const preStop = ["sh", "-c", 'echo >"$1"; exec sleep 50', "sh", begun];
        await site.deploy({ version: "1.0", settings: { hooks: { preStop, postStart: null } } });
        const { process } = await site.report();
        const running = site.deploy({ version: "2.0" });
        await expect.poll(() => existsSync(begun), { timeout: 20_000 }).toBe(true);
        const { transport, host } = site.on;
        await transport.fence(host, { instance: site.instance, generation: 2, cancelUnless: "always" });
        expect(await running).toMatchObject({
          kind: "reverted",
          code: "cancelled",
          detail: "cancelled in the pre-stop hook",
          report: { process },
        });
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

  describe("a change under way", () => {
    it(
      "says once that it is being verified, before it has ended",
      inSite(async ({ site }) => {
        const command = await site.command({ version: "1.0", behaviour: "slow" });
        const told: string[] = [];
        const result = await site.on.transport.activate(site.on.host, command, { onVerifying: () => told.push("verifying") });
        told.push(result.kind);
        expect(told).toEqual(["verifying", "verified"]);
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
      "stops for good: a boot leaves it off, only a change starts it again",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const { transport, host } = site.on;
        const stop = { instance: site.instance, tx: "rollout:2", generation: 2 };
        expect(await transport.stop(host, stop)).toMatchObject({ process: null, generation: 2 });
        expect(await transport.stop(host, stop)).toMatchObject({ process: null });
        await expect(transport.stop(host, { ...stop, generation: 1 })).rejects.toMatchObject({ seen: 2 });
        const [booted] = await transport.boot(host, [site.instance]);
        expect(booted?.process).toBeNull();
        await transport.powerOff(host, { instance: site.instance, generation: 2 });
        const [again] = await transport.boot(host, [site.instance]);
        expect(again?.process).toBeNull();
        expect(await site.deploy({ version: "2.0", generation: 3 })).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("2.0");
      }),
    );

    it(
      "does not go back to what was stopped for good, now or later",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const { transport, host } = site.on;
        await transport.stop(host, { instance: site.instance, tx: "rollout:2", generation: 2 });
        const second = await site.deploy({ version: "2.0", behaviour: "exits", generation: 3 });
        expect(second).toMatchObject({ kind: "down", code: "exited" });
        const third = await site.deploy({ version: "3.0", behaviour: "exits", generation: 4 });
        expect(third).toMatchObject({ kind: "down", code: "exited" });
        expect(await site.report()).toMatchObject({ process: null, verified: null, openTx: null });
        const [booted] = await transport.boot(host, [site.instance]);
        expect(booted?.process).toBeNull();
        expect(await site.deploy({ version: "4.0", generation: 5 })).toMatchObject({ kind: "verified" });
        expect(await site.deploy({ version: "5.0", behaviour: "exits", generation: 6 })).toMatchObject({ kind: "reverted" });
        expect(await site.serves()).toBe("4.0");
      }),
    );

    it(
      "does not stop what a newer command started while it waited for the lock",
      inSite(async ({ site }) => {
        await site.deploy({ version: "1.0" });
        const { transport, host } = site.on;
        const slow = await site.command({ version: "2.0", behaviour: "slow", generation: 2 });
        const running = site.activate(slow);
        await site.until(({ openTx }) => openTx === slow.tx);
        const late = transport.stop(host, { instance: site.instance, tx: "rollout:2", generation: 2 });
        await running;
        await transport.fence(host, { instance: site.instance, generation: 3, cancelUnless: null });
        const after = await site.deploy({ version: "3.0", generation: 3 });
        await late.catch((error: unknown) => expect(error).toBeInstanceOf(StaleGeneration));
        expect(after).toMatchObject({ kind: "verified" });
        expect(await site.serves()).toBe("3.0");
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
