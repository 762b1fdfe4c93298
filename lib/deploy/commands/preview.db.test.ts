import { describe, expect, it } from "vitest";
import type { StrategyChoice } from "../domain/strategy";
import { MEI, SERVICE } from "../engine/testing/fleet";
import { type Scene, scene } from "../engine/testing/scene";
import type { PreviewRequest } from "./requests";

const SLOWLY = { timeout: 240_000 };
const FOUR = { count: 2, each: 2 };

const preview = ({ fleet }: Scene, strategy: StrategyChoice = {}, more: Partial<PreviewRequest & { kind: "deployment" }> = {}) =>
  fleet.core.preview(MEI, {
    kind: "deployment",
    service: SERVICE,
    version: "2.0",
    instances: fleet.instances,
    strategy,
    ...more,
  });

/** Everything that a rollout leaves behind; the audit trail is meant to know of what was refused. */
async function leftBehind({ core: { db } }: Scene["fleet"]): Promise<Readonly<Record<string, number>>> {
  const [counts = {}] = await db.$queryRaw<Record<string, number>[]>`
    SELECT (SELECT count(*)::int FROM rollouts) AS rollouts, (SELECT count(*)::int FROM rollout_targets) AS targets,
      (SELECT count(*)::int FROM steps) AS steps, (SELECT count(*)::int FROM events) AS events, (SELECT count(*)::int FROM versions) AS versions,
      (SELECT count(*)::int FROM activations) AS activations, (SELECT sum(generation)::int FROM instances) AS generations`;
  return counts;
}

describe("what is shown before a rollout is started", SLOWLY, () => {
  it(
    "is its waves as this strategy cuts them, with the canary, the gates and what keeps answering",
    scene(async (all) => {
      await all.deeds.runs("1.0");
      const { waves, minAnswering, strategy } = await preview(all, { waveSize: 2, promotion: "each_wave", bakeSeconds: 5 });
      expect(waves).toEqual([
        { number: 1, size: 1, canary: true, bakeSeconds: 5, gate: false },
        { number: 2, size: 2, canary: false, bakeSeconds: 5, gate: true },
        { number: 3, size: 1, canary: false, bakeSeconds: 5, gate: true },
      ]);
      expect(minAnswering).toBe(2);
      expect(strategy).toMatchObject({ canary: 1, waveSize: 2, minHealthy: "50%", onFailure: "roll_back" });
    }, FOUR),
  );

  it(
    "is the service's own strategy where the request does not say otherwise",
    scene(async (all) => {
      const { fleet } = all;
      const { settings } = await fleet.core.queries.service(SERVICE);
      const own = { canary: 0, waveSize: 2, bakeSeconds: 7, promotion: "after_canary" } as const;
      await fleet.core.updateService(MEI, { service: SERVICE, settings: { ...settings, strategy: own } });
      expect((await preview(all)).strategy).toMatchObject({ ...own, maxParallel: 10 });
      expect((await preview(all, { bakeSeconds: 1 })).strategy).toMatchObject({ ...own, bakeSeconds: 1 });
      const chosen = await preview(all, { preset: "all_at_once" });
      expect(chosen.strategy).toMatchObject({ canary: 0, waveSize: "100%", bakeSeconds: 0, promotion: "auto" });
      expect(chosen.waves.map((wave) => wave.size)).toEqual([4]);
    }, FOUR),
  );

  it(
    "empties no host and no zone where there is a choice",
    scene(
      async (all) => {
        const { fleet, deeds } = all;
        for (const [host, zone] of [
          ["host-1", "a"],
          ["host-2", "a"],
          ["host-3", "b"],
          ["host-4", "b"],
        ] as const)
          await fleet.core.db.host.update({ where: { name: host }, data: { zone } });
        await deeds.runs("1.0");
        const { targets } = await preview(all, { canary: 0, waveSize: "50%" });
        const hostOf = (instance: string) => instance.slice("shop-".length, -1);
        for (const wave of [1, 2])
          expect(
            targets
              .filter((target) => target.wave === wave)
              .map((target) => hostOf(target.instanceId))
              .toSorted(),
          ).toEqual(["1", "2", "3", "4"]);
      },
      { count: 4, each: 2 },
    ),
  );

  it(
    "is how long it should take, by what changes of this service took, for this very plan; nothing while there is no history",
    scene(async (all) => {
      const { hosts, deeds } = all;
      expect((await preview(all)).expected).toBeNull();
      hosts.changeMs = 400;
      await deeds.runs("1.0");
      hosts.changeMs = 100;
      await deeds.runs("1.1");
      const atOnce = (await preview(all, { preset: "all_at_once" })).expected;
      const waves = (await preview(all, { canary: 1, waveSize: 1, bakeSeconds: 60 })).expected;
      if (atOnce === null || waves === null) throw new Error("there is a history");
      expect(atOnce.samples).toBe(8);
      expect(atOnce.lowS).toBeGreaterThanOrEqual(0.1);
      expect(atOnce.highS).toBeGreaterThanOrEqual(0.4);
      expect(atOnce.highS).toBeLessThan(60);
      expect(waves.lowS).toBeGreaterThanOrEqual(4 * (60 + 0.1));
      expect(waves.medianS).toBeGreaterThanOrEqual(waves.lowS);
      expect(waves.highS).toBeGreaterThan(waves.medianS);
      const back = await all.fleet.core.preview(MEI, { kind: "take_back", service: SERVICE });
      expect(back.expected, "no rollback yet: by the changes of deployments").toMatchObject({ samples: 8 });
    }, FOUR),
  );

  it(
    "is what would be refused, and why; nothing is started by asking",
    scene(async (all) => {
      const { fleet, deeds } = all;
      expect(await fleet.core.preview(MEI, { kind: "take_back", service: SERVICE })).toMatchObject({
        tone: "refused",
        refusal: { code: "no_rollback_target" },
      });
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      await fleet.core.withdrawVersion(MEI, { service: SERVICE, version: "1.0" }, "it loses orders");
      const before = await leftBehind(fleet);
      expect(await preview(all, {}, { version: "1.0" })).toMatchObject({
        tone: "refused",
        refusal: { code: "version_withdrawn" },
      });
      await fleet.core.holdService(MEI, SERVICE, "freeze");
      expect(await preview(all)).toMatchObject({
        tone: "refused",
        refusal: { code: "held", params: { by: "Mei", reason: "freeze" } },
      });
      expect(await leftBehind(fleet)).toEqual({ ...before, events: (before.events ?? 0) + 1 });
    }),
  );
});

describe("a strategy that is impossible", SLOWLY, () => {
  it(
    "is refused field by field with its reason, and leaves nothing but a line in the audit trail",
    scene(async (all) => {
      const { fleet, deeds } = all;
      await deeds.runs("1.0");
      await deeds.runs("2.0");
      const before = await leftBehind(fleet);
      const impossible: readonly (readonly [StrategyChoice, string, string])[] = [
        [{ waveSize: "0%" }, "/strategy/wave_size", "strategy_zero_share"],
        [{ waveSize: "101%" }, "/strategy/wave_size", "strategy_above_all"],
        [{ waveSize: 0 }, "/strategy/wave_size", "strategy_wave_size_zero"],
        [{ canary: "0%" }, "/strategy/canary", "strategy_zero_share"],
        [{ maxFailed: "200%" }, "/strategy/max_failed", "strategy_above_all"],
        [{ minHealthy: "100%" }, "/strategy/min_healthy", "strategy_min_healthy_all"],
        [{ minHealthy: "101%" }, "/strategy/min_healthy", "strategy_above_all"],
        [{ startAt: "2020-01-01T00:00:00Z" }, "/strategy/start_at", "strategy_start_in_past"],
      ];
      for (const [strategy, pointer, code] of impossible) {
        const refusal = { code: "invalid_request", more: { fields: [{ pointer, code }] } };
        const asked = await preview(all, strategy).catch((error: unknown) => error);
        expect(asked, JSON.stringify(strategy)).toMatchObject(refusal);
        const deployed = await deeds.deploy("2.0", { deployId: "bad", strategy }).catch((error: unknown) => error);
        expect(deployed, JSON.stringify(strategy)).toMatchObject(refusal);
        const back = await deeds.rollBackTo("1.0", { rollbackId: "bad", strategy }).catch((error: unknown) => error);
        expect(back, JSON.stringify(strategy)).toMatchObject(refusal);
      }
      const reversing = deeds.takeBack({ rollbackId: "bad", strategy: { onFailure: "roll_back" } });
      await expect(reversing).rejects.toMatchObject({
        code: "invalid_request",
        more: { fields: [{ pointer: "/strategy/on_failure", code: "strategy_rollback_cannot_reverse" }] },
      });
      expect(await leftBehind(fleet)).toEqual(before);
      const trail = await fleet.core.db.auditEntry.findMany({ where: { subject: "bad" }, orderBy: { id: "asc" } });
      expect(trail.map(({ actor, outcome }) => [actor, outcome])).toEqual(
        Array.from({ length: 2 * impossible.length + 1 }, () => ["Mei", "invalid_request"]),
      );
      // Its id was not used up by being refused.
      await deeds.ended(await deeds.deploy("2.0", { deployId: "bad" }), "succeeded");
    }),
  );
});
