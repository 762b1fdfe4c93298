import { describe, expect, it } from "vitest";
import { composeCore } from "../compose";
import type { ActivateResult, Transport } from "../ports";
import { AT_ONCE, JONAS, MEI, SERVICE } from "./testing/fleet";
import { inMemory, onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const SLOWLY = { timeout: 240_000 };

describe("any number of processes on one database", SLOWLY, () => {
  it("share the steps of one large rollout among the workers", async () => {
    const { transport: hosts, settings } = inMemory();
    await onFleet(
      async (deeds, fleet) => {
        for (let started = 0; started < 3; started += 1) await fleet.worker({ slots: 4 });
        await fleet.publish("1.0");
        hosts.changeMs = 3_000;
        const id = await deeds.deploy("1.0");
        const shares = await until("every worker has all that it can do at once", async () => {
          const claimed = await fleet.core.db.step.groupBy({
            by: ["owner"],
            where: { rolloutId: id, kind: "activate", state: "claimed" },
            _count: true,
          });
          return claimed.reduce((sum, each) => sum + each._count, 0) === 12 ? claimed : null;
        });
        expect(shares.map((each) => each._count)).toEqual([4, 4, 4]);
        hosts.changeMs = 50;
        await deeds.ended(id, "succeeded");
        await expectTheTruth(fleet);
      },
      { workers: 0, hosts: 4, each: 6, transport: hosts, settings },
    )();
  });

  it(
    "are one console: what is begun at one web process is acted on at another, and asked twice it stays one",
    onFleet(
      async (deeds, fleet) => {
        const other = composeCore(fleet.config);
        try {
          await deeds.runs("1.0");
          await fleet.publish("2.0");
          const request = {
            deployId: "twice",
            service: SERVICE,
            version: "2.0",
            instances: fleet.instances,
            packageUrl: fleet.urlOf("2.0"),
            strategy: { canary: 1, bakeSeconds: 0, promotion: "after_canary", minHealthy: "0%" },
          } as const;
          const answers = await Promise.all(
            [fleet.core, other, fleet.core, other].map((web) => web.startDeployment(MEI, request)),
          );
          expect(answers.filter((answer) => answer.created)).toHaveLength(1);
          await deeds.reaches("twice", "paused");
          await other.act(JONAS, { id: "twice", action: "promote", wave: 2 });
          await deeds.ended("twice", "succeeded");
          const backs = await Promise.all(
            [fleet.core, other].map((web) => web.takeBack(MEI, { rollbackId: "back", service: SERVICE })),
          );
          expect(backs.filter((answer) => answer.created)).toHaveLength(1);
          await deeds.ended("back", "succeeded");
          await expectTheTruth(fleet);
        } finally {
          await other.close();
        }
      },
      () => ({ ...inMemory(), workers: 3 }),
    ),
  );
});

describe("a worker that has its hands full", SLOWLY, () => {
  it("with changes that do not end goes on with a rollback all the same", async () => {
    const { transport: hosts, settings } = inMemory();
    await onFleet(
      async (deeds, fleet) => {
        await fleet.worker({ slots: 1 });
        await deeds.runs("1.0");
        await deeds.runs("2.0");
        await fleet.publish("3.0");
        const { changeMs } = hosts;
        hosts.changeMs = 3_600_000;
        const [hangs = "", other = ""] = fleet.instances;
        const id = await deeds.deploy("3.0", { instances: [hangs], strategy: { ...AT_ONCE, minHealthy: "0%" } });
        await until("the change is under way on its host", () => hosts.machine(hangs).open);
        hosts.changeMs = changeMs;
        await deeds.ended(await deeds.rollBackTo("1.0", { instances: [other], strategy: { minHealthy: "0%" } }), "succeeded");
        expect(await deeds.rollout(id)).toMatchObject({ status: "running" });
        await deeds.ended((await deeds.takeBack({ takesBack: id })).id, "succeeded");
        expect(fleet.instances.map((instance) => hosts.machine(instance).current?.version)).toEqual(["2.0", "1.0"]);
        await expectTheTruth(fleet);
      },
      { transport: hosts, settings, workers: 0 },
    )();
  });

  it(
    "is kept busy by none that waits for a person, and takes a rollback on all the same",
    onFleet(
      async (deeds, fleet) => {
        const only = (at: number) => [fleet.instances[at] ?? ""];
        await fleet.worker({ mostOwned: 1 });
        await deeds.runs("1.0");
        await deeds.runs("2.0");
        await fleet.publish("3.0");

        // Two wait at their gates: nobody drives them, and what a person does is carried out at once.
        const gated = { canary: 1, waveSize: 1, bakeSeconds: 0, promotion: "each_wave", minHealthy: "0%" } as const;
        const waits = await deeds.deploy("3.0", { instances: fleet.instances.slice(0, 2), strategy: gated });
        await deeds.reaches(waits, "paused");
        await until("it rests", async () => (await deeds.rollout(waits)).leaseOwner === null);
        const bakes = await deeds.deploy("3.0", { instances: only(2), strategy: { preset: "all_at_once", bakeSeconds: 3_600 } });
        await deeds.reaches(bakes, "baking");
        await deeds.ended(await deeds.rollBackTo("1.0", { instances: only(3) }), "succeeded");
        expect(await deeds.rollout(bakes)).toMatchObject({ status: "baking" });

        await fleet.core.act(MEI, { id: bakes, action: "abort" });
        await deeds.ended(bakes, "cancelled");
        await fleet.core.act(MEI, { id: waits, action: "promote", wave: 2 });
        await deeds.ended(waits, "succeeded");
        await expectTheTruth(fleet);
      },
      () => ({ ...inMemory(), workers: 0, hosts: 2, each: 2 }),
    ),
  );
});

describe("a worker that sleeps through a whole take-over", SLOWLY, () => {
  it(
    "sends its command when all is over: the host refuses it, and nothing that runs or is told changes",
    onFleet(
      async (deeds, fleet) => {
        const wire = new SleepingWire(fleet.transport);
        const sleeper = await fleet.worker({ transport: wire.transport });
        await deeds.runs("1.0");
        await fleet.publish("2.0");
        wire.sleeps = true;
        const id = await deeds.deploy("2.0", { strategy: AT_ONCE });
        await until("its commands are on their way", () => wire.asleep === fleet.instances.length);
        wire.sleeps = false;
        const back = await deeds.takeBack({ takesBack: id });
        await deeds.ended(back.id, "succeeded");
        expect((await deeds.ended(id)).status).toBe("superseded");
        const before = await Promise.all(fleet.instances.map((instance) => deeds.history(instance)));
        const processes = (await fleet.reports()).map((report) => report.process);

        const answers = await wire.wakeUp();
        for (const answer of answers) expect(answer).toMatchObject({ kind: "refused", code: "stale_generation" });
        expect(answers).toHaveLength(fleet.instances.length);
        await fleet.stopWorker(sleeper);
        expect((await fleet.reports()).map((report) => report.process)).toEqual(processes);
        expect(await Promise.all(fleet.instances.map((instance) => deeds.history(instance)))).toEqual(before);
        for (const instance of fleet.instances) expect((await deeds.story(instance)).at(-1)).toBe("1.0 runs");
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );
});

/** A worker's way to its hosts on which changes fall asleep, after the worker has looked at its lease and before a host hears of them. */
class SleepingWire {
  sleeps = false;
  private readonly held: (() => Promise<ActivateResult>)[] = [];
  readonly transport: Transport;

  constructor(hosts: Transport) {
    this.transport = new Proxy(hosts, {
      get: (target, name) => {
        if (name === "activate" && this.sleeps) return this.fallAsleep;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    // Nobody gives up what sleeps: its worker's own signal does not reach it.
    this.fallAsleep = (host, command) => {
      this.held.push(() => hosts.activate(host, command));
      return new Promise(() => undefined);
    };
  }

  private readonly fallAsleep: Transport["activate"];

  get asleep(): number {
    return this.held.length;
  }

  /** All of them reach their hosts now; what these answered. */
  wakeUp(): Promise<readonly ActivateResult[]> {
    return Promise.all(this.held.map((send) => send()));
  }
}
