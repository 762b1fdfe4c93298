import { describe, expect, it } from "vitest";
import { HostUnreachable } from "../ports";
import { JONAS, MEI, SERVICE } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { scene } from "./testing/scene";
import { SimulatedHosts } from "./testing/simulated-hosts";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const SLOWLY = { timeout: 240_000 };
const WAVES = { canary: 1, waveSize: "100%", bakeSeconds: 0, minHealthy: "0%" } as const;

describe("what is told of a change", SLOWLY, () => {
  it(
    "switching, then verifying, then its end",
    scene(async ({ hosts, fleet, deeds }) => {
      hosts.changeMs = 1_500;
      await fleet.publish("1.0");
      const id = await deeds.deploy("1.0");
      await deeds.targetReaches(id, "verifying", "shop-11");
      await deeds.ended(id, "succeeded");
      const told = (await deeds.events(id)).filter((event) => event.instanceId === "shop-11").map((event) => event.code);
      expect(told).toEqual(["target_switching", "target_verifying", "target_verified"]);
      expect((await deeds.codes(id)).filter((code) => code === "package_checked")).toHaveLength(1);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "a value of the environment whose name says that it is secret is in no evidence",
    onFleet(
      async (deeds, fleet) => {
        await fleet.publish("1.0", "exits");
        const id = await deeds.deploy("1.0");
        await deeds.ended(id, "failed");
        const [target] = await deeds.targets(id);
        expect(JSON.stringify(target?.failure)).toContain("the •••uration is wrong");
        const [row] = await deeds.history(fleet.instances[0] ?? "");
        expect(JSON.stringify(row?.failure)).not.toContain("config");
      },
      { each: 1, settings: { environment: { API_TOKEN: "config" } } },
    ),
  );

  it(
    "how the change ended that a rollback found under way, under the target of the deployment that began it",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.changeMs = 60_000;
      const id = await deeds.deploy("2.0", { instances: ["shop-11"] });
      await deeds.targetReaches(id, "verifying", "shop-11");
      hosts.changeMs = 50;
      const back = await deeds.takeBack();
      await deeds.ended(back.id, "succeeded");
      expect(await deeds.targets(id)).toMatchObject([
        { status: "taken_over", versionNow: "1.0", failure: { code: "cancelled", evidence: { log: ["it does not work"] } } },
      ]);
      const [event] = (await deeds.events(back.id)).filter((each) => each.code === "earlier_change_ended");
      expect(event).toMatchObject({ instanceId: "shop-11", params: { rollout: id, code: "cancelled" } });
      await expectTheTruth(fleet);
    }),
  );
});

describe("a worker that fails itself", SLOWLY, () => {
  it(
    "is named as what failed, its host is not",
    onFleet(
      async (deeds) => {
        await deeds.fleet.publish("1.0");
        const id = await deeds.deploy("1.0");
        await deeds.ended(id, "failed");
        expect(await deeds.targets(id)).toMatchObject([
          { status: "failed", failure: { step: "stage", code: "worker_failed", params: { detail: "TypeError: it has a bug" } } },
        ]);
        expect(deeds.fleet.problems.some((problem) => problem.includes("it has a bug"))).toBe(true);
      },
      () => ({ transport: new Buggy(), settings: { health: { kind: "command", argv: ["true"] } }, each: 1 }),
    ),
  );

  it(
    "and whose lease runs out is told by the one that takes over",
    scene(async ({ fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      const id = await deeds.deploy("2.0", { strategy: { ...WAVES, bakeSeconds: 3_600 } });
      await deeds.reaches(id, "baking");
      await fleet.core.db
        .$executeRaw`UPDATE rollouts SET lease_owner = 'gone', lease_until = clock_timestamp() - interval '1 second' WHERE id = ${id}`;
      await until("it is told", async () => (await deeds.codes(id)).includes("worker_took_over"));
      await fleet.core.act(MEI, { id, action: "abort" });
      await deeds.ended(id, "cancelled");
      expect((await deeds.codes(id)).filter((code) => code === "worker_took_over")).toHaveLength(1);
    }),
  );
});

describe("what is owed", SLOWLY, () => {
  it(
    "is settled though another host never says anything",
    onFleet(
      async (deeds, fleet) => {
        const hosts = fleet.transport;
        if (!(hosts instanceof Hanging)) throw new Error("other hosts");
        await deeds.runs("1.0");
        await deeds.runs("2.0");
        hosts.silent.add("host-1").add("host-2");
        const id = await deeds.rollBackTo("1.0", { strategy: { unknownWaitSeconds: 1, maxFailed: 2 } });
        await deeds.ended(id, "failed");
        hosts.hanging.add("host-1");
        hosts.silent.delete("host-2");
        await fleet.core.db.$executeRaw`UPDATE owed SET next_ask_at = clock_timestamp() WHERE settled_at IS NULL`;
        await until("the other one is settled", async () =>
          fleet.core.db.owed.findFirst({ where: { instanceId: "shop-21", settledAt: { not: null } } }),
        );
        expect(hosts.machine("shop-21").current?.version).toBe("1.0");
        expect(await fleet.core.db.owed.count({ where: { settledAt: null } })).toBe(1);
        hosts.hanging.clear();
      },
      () => ({ transport: new Hanging(), settings: { health: { kind: "command", argv: ["true"] } }, hosts: 2, each: 1 }),
    ),
  );
});

describe("a restart", SLOWLY, () => {
  it(
    "skips an instance without a version, and says why",
    scene(async ({ fleet, deeds }) => {
      await fleet.publish("1.0");
      await deeds.ended(await deeds.deploy("1.0", { instances: ["shop-11"] }), "succeeded");
      const { instances } = fleet;
      const { id } = await fleet.core.restart(MEI, { deployId: "again", service: SERVICE, instances, strategy: WAVES });
      const { result } = await deeds.ended(id, "succeeded");
      expect(await deeds.targets(id)).toMatchObject([
        { instanceId: "shop-11", status: "succeeded", toVersion: "1.0" },
        { instanceId: "shop-21", status: "skipped", toVersion: "", failure: { code: "no_version" } },
      ]);
      expect(result).toMatchObject({
        ok: true,
        instances: ["shop-11"],
        requestedInstances: ["shop-11", "shop-21"],
        failedInstances: [],
        message: { params: { version: "1.0", verified: 1, total: 2, skipped: 1 } },
      });
      await expectTheTruth(fleet);
    }),
  );
});

describe("a further try of what has ended", SLOWLY, () => {
  it(
    "keeps the barrier of a deployment, and is refused while the service is held",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.broken.add("2.0");
      const barrier = { reason: "the orders table was split" };
      const id = await deeds.deploy("2.0", { barrier, strategy: { preset: "all_at_once", onFailure: "stop" } });
      await deeds.ended(id, "failed");
      await fleet.core.holdService(JONAS, SERVICE, "release freeze");
      await expect(fleet.core.act(MEI, { id, action: "retry", newId: "again" })).rejects.toMatchObject({
        code: "held",
        params: { by: "Jonas", reason: "release freeze", since: expect.any(String) },
      });
      await fleet.core.releaseService(JONAS, SERVICE);
      hosts.broken.clear();
      await fleet.core.act(MEI, { id, action: "retry", newId: "again" });
      await deeds.ended("again", "succeeded");
      expect((await deeds.rollout("again")).barrier).toMatchObject(barrier);
    }),
  );

  it(
    "of a rollback holds the service again, and does not pass a barrier that it was not told to pass",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      hosts.broken.add("1.0");
      const id = await deeds.rollBackTo("1.0", { hold: true, strategy: { onFailure: "stop" } });
      await deeds.ended(id, "failed");
      hosts.broken.clear();
      await fleet.core.releaseService(JONAS, SERVICE);
      await fleet.core.setBarrier(JONAS, { service: SERVICE, version: "2.0" }, { reason: "the orders table was split" });
      await expect(fleet.core.act(MEI, { id, action: "retry", newId: "again" })).rejects.toMatchObject({ code: "barrier" });
      await fleet.core.setBarrier(JONAS, { service: SERVICE, version: "2.0" }, null);
      await fleet.core.act(MEI, { id, action: "retry", newId: "again" });
      await deeds.ended("again", "succeeded");
      const held = await fleet.core.db.service.findUniqueOrThrow({ where: { name: SERVICE } });
      expect(held).toMatchObject({ heldBy: "Mei", heldRolloutId: "again" });
      await expect(deeds.deploy("2.0")).rejects.toMatchObject({
        code: "held",
        more: { conflict: { rolloutId: "again", requestedBy: "Mei" } },
      });
    }),
  );

  it(
    "a barrier is seen before the version that it belongs to has arrived everywhere",
    scene(async ({ hosts, fleet, deeds }) => {
      await deeds.runs("1.0");
      await fleet.publish("2.0");
      hosts.changeMs = 3_000;
      const id = await deeds.deploy("2.0", { barrier: { reason: "the orders table was split" } });
      await deeds.targetReaches(id, "verifying", "shop-11");
      await expect(deeds.rollBackTo("1.0")).rejects.toMatchObject({ code: "barrier", params: { version: "2.0" } });
      await deeds.ended(id, "succeeded");
    }),
  );
});

class Buggy extends SimulatedHosts {
  override stage(): Promise<never> {
    return Promise.reject(new TypeError("it has a bug"));
  }
}

/** Hosts that take a question and never answer it. */
class Hanging extends SimulatedHosts {
  readonly hanging = new Set<string>();

  override async inspect(...[host, ...rest]: Parameters<SimulatedHosts["inspect"]>): ReturnType<SimulatedHosts["inspect"]> {
    if (this.hanging.has(host.name)) await until("it is let go", () => !this.hanging.has(host.name));
    if (this.hanging.has(host.name)) throw new HostUnreachable(host.name, "no answer");
    return super.inspect(host, ...rest);
  }
}
