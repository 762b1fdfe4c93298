import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { serverPackage } from "../hosts/testing/packages";
import { SETTINGS } from "../hosts/testing/site";
import { createObservationStore } from "../store/observations/observation-store";
import type { Fleet } from "./testing/fleet";
import { onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const run = promisify(execFile);
const SLOWLY = { timeout: 240_000 };

/** The service and the keeper that would start it again end together, as on a machine that goes down. */
async function killByHand(fleet: Fleet, instance: string): Promise<void> {
  const report = (await fleet.reports()).find((each) => each.instance === instance);
  if (!report?.process) throw new Error(`${instance} does not run`);
  const { pid } = report.process;
  const keeper = Number((await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ")[1]);
  process.kill(keeper, "SIGKILL");
  process.kill(pid, "SIGKILL");
}

/** Time passes: every look that the monitor has planned is due. */
async function lookNow({ core }: Fleet): Promise<void> {
  await core.db.$executeRaw`UPDATE observations SET next_check_at = clock_timestamp()`;
  await core.db.$executeRaw`UPDATE hosts SET next_inspect_at = clock_timestamp()`;
}

const becomes = (fleet: Fleet, instance: string, wished: object) =>
  until(
    `${instance} is ${JSON.stringify(wished)}`,
    async () => {
      await lookNow(fleet);
      const info = await fleet.core.queries.instance(instance);
      const facts: Record<string, unknown> = { ...info };
      return Object.entries(wished).every(([name, value]) => facts[name] === value);
    },
    200,
  );

function hostOf(fleet: Fleet) {
  const [host] = fleet.hosts;
  const [instance] = fleet.instances;
  if (!host || !instance) throw new Error("the fleet is empty");
  return { host, instance };
}

describe("the monitor", SLOWLY, () => {
  it(
    "sees that a process is gone, and that it is there again",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      const { host, instance } = hostOf(fleet);
      await killByHand(fleet, instance);
      await becomes(fleet, instance, { status: "error", condition: "process_down" });
      const told = await fleet.core.db.event.findFirstOrThrow({
        where: { code: "instance_health_changed", instanceId: instance },
      });
      expect(told.params).toMatchObject({ healthy: false, version: "1.0" });
      await fleet.transport.boot(host, [instance]);
      await becomes(fleet, instance, { status: "active", condition: null });
      expect(await deeds.story(instance)).toEqual(["1.0 runs"]);
      await expectTheTruth(fleet);
    }),
  );

  it(
    "takes a rollback that a person did on the host while the console was down into the history, as changed by hand",
    onFleet(
      async (deeds, fleet) => {
        const worker = await fleet.worker();
        await deeds.runs("1.0");
        await deeds.runs("2.0");
        const { host, instance } = hostOf(fleet);
        await fleet.stopWorker(worker);
        await run("sh", [join(host.root, "bin", "host.sh"), "rollback", instance]);
        expect((await deeds.history(instance)).at(-1)).toMatchObject({ version: "2.0", outcome: null });
        await fleet.worker();
        await becomes(fleet, instance, { status: "active", version: "1.0" });
        expect((await deeds.history(instance)).at(-1)).toMatchObject({
          version: "1.0",
          openedBy: "by_hand",
          rolloutId: null,
          outcome: null,
        });
        expect(await fleet.core.db.event.count({ where: { code: "instance_changed_by_hand" } })).toBe(1);
        expect(await fleet.core.db.event.count({ where: { code: "instance_drifted" } })).toBe(0);
        await expectTheTruth(fleet);
      },
      { workers: 0 },
    ),
  );

  it(
    "marks what runs without anybody's record as drift, and a deployment takes the instance back",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      const { host, instance } = hostOf(fleet);
      const stranger = await serverPackage("good", "stranger");
      await fleet.transport.stage(host, stranger, async () => Readable.from([stranger.bytes]));
      const row = await fleet.core.db.instance.findUniqueOrThrow({ where: { id: instance } });
      await fleet.transport.activate(host, {
        instance,
        service: row.service,
        tx: "stranger:1",
        generation: Number(row.generation),
        mode: "deployment",
        release: { sha256: stranger.sha256, version: "6.6.6", revision: 1 },
        settings: SETTINGS,
        address: host.address,
        port: row.port,
        force: false,
        expect: null,
      });
      await becomes(fleet, instance, { status: "error", condition: "drift" });
      await lookNow(fleet);
      expect(await fleet.core.db.event.findMany({ where: { code: "instance_drifted" } })).toMatchObject([
        { instanceId: instance, params: { recorded: "1.0", runs: "6.6.6" } },
      ]);
      expect(await deeds.story(instance)).toEqual(["1.0 runs"]);
      await deeds.runs("2.0");
      await becomes(fleet, instance, { status: "active", condition: null });
      await expectTheTruth(fleet);
    }),
  );

  it(
    "never overwrites what a rollout has seen since by an answer to an older question",
    onFleet(async (deeds, fleet) => {
      await deeds.runs("1.0");
      await lookNow(fleet);
      const observations = createObservationStore(fleet.core.db);
      const asked = await until("a question", async () => {
        await lookNow(fleet);
        const questions = await observations.claimHealthQuestions(10);
        return questions.length === fleet.instances.length ? questions : null;
      });
      await deeds.runs("2.0");
      const answer = {
        healthy: false,
        latencyMs: 1,
        checkedAt: new Date(),
        detail: { code: "refused", status: null, path: null },
      } as const;
      await observations.recordHealth(asked.map((question) => ({ question, answer, restarts: null })));
      for (const row of await fleet.core.db.observation.findMany())
        expect(row).toMatchObject({ healthy: true, unhealthySince: null });
      const [late] = await createObservationStore(fleet.core.db)
        .claimHosts(1)
        .then(async (hosts) => (hosts.length > 0 ? hosts : [null]));
      if (late) {
        await observations.recordInspection(
          { ...late, askedAt: asked[0]?.askedAt ?? late.askedAt },
          (await fleet.reports()).map((report) => ({
            ...report,
            current: report.current && { ...report.current, version: "1.0" },
          })),
        );
      }
      expect(await fleet.core.db.event.count({ where: { code: "instance_drifted" } })).toBe(0);
    }),
  );
});
