import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestFleet } from "../../testing/fleet";

const EARLIER = new Date("2026-01-01T00:00:00Z");
const LATER = new Date("2026-01-01T00:01:00Z");

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.host("up");
  await fleet.host("gone", "127.0.0.2");
  await fleet.core.db.host.update({ where: { name: "gone" }, data: { reachable: false } });
  await fleet.service("web");
  await fleet.version("web", "1.0");
  await fleet.version("web", "2.0");
});
afterAll(() => fleet.close());

let made = 0;
async function instance(on = "up"): Promise<string> {
  made += 1;
  const id = `web-${made}`;
  await fleet.instances("web", on, id);
  return id;
}
async function running(on = "up"): Promise<string> {
  const id = await instance(on);
  await fleet.run(id, "web", "1.0");
  return id;
}
const stateOf = async (id: string) => {
  const { status, condition, version } = await fleet.core.queries.instance(id);
  return { status, condition, version };
};
const hold = (id: string, status: "waiting" | "staged" | "switching" | "verifying") =>
  fleet.rollout(`ro-${id}`, "web", "running", [{ instance: id, status, holding: true }]);

describe("an instance is pending", () => {
  it.each(["switching", "verifying"] as const)(
    "while its change is under way (%s), even when it does not answer",
    async (status) => {
      const id = await running();
      await fleet.observe(id, { healthy: false, unhealthySince: EARLIER });
      await hold(id, status);
      expect(await stateOf(id)).toMatchObject({ status: "pending", condition: "unhealthy", version: "1.0" });
    },
  );

  it.each(["waiting", "staged"] as const)("while a rollout holds it (%s)", async (status) => {
    const id = await running();
    await fleet.observe(id, { healthy: true });
    await hold(id, status);
    expect(await stateOf(id)).toEqual({ status: "pending", condition: null, version: "1.0" });
  });

  it("while it waits for its first version", async () => {
    expect(await stateOf(await instance())).toEqual({ status: "pending", condition: null, version: "" });
  });
});

describe("an instance is in error", () => {
  it("when it should run a version and does not answer", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: false, unhealthySince: EARLIER, pid: 7, runningVersion: "1.0" });
    expect(await stateOf(id)).toEqual({ status: "error", condition: "unhealthy", version: "1.0" });
  });

  it("when its process is gone, by an inspection after it stopped answering", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: false, unhealthySince: EARLIER, inspectedAt: LATER, runningVersion: "1.0" });
    expect(await stateOf(id)).toMatchObject({ status: "error", condition: "process_down" });
  });

  it("without blaming the process where the inspection is older than the silence", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: false, unhealthySince: LATER, inspectedAt: EARLIER, runningVersion: "1.0" });
    expect(await stateOf(id)).toMatchObject({ condition: "unhealthy" });
  });

  it("when it does not answer and its host cannot be reached", async () => {
    const id = await running("gone");
    await fleet.observe(id, { healthy: false, unhealthySince: EARLIER });
    expect(await stateOf(id)).toMatchObject({ status: "error", condition: "host_unreachable" });
  });

  it("when what runs is not what is recorded, even when it answers", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: true, driftSince: EARLIER, runningVersion: "0.9" });
    expect(await stateOf(id)).toEqual({ status: "error", condition: "drift", version: "1.0" });
  });

  it("when nobody has looked at it for a while: it is not known whether it answers", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: true, checkedAt: EARLIER });
    expect(await stateOf(id)).toEqual({ status: "error", condition: "unknown", version: "1.0" });
    await fleet.observe(id, { healthy: false, unhealthySince: EARLIER });
    expect(await stateOf(id)).toMatchObject({ condition: "unknown" });
    await fleet.observe(id, { healthy: true, checkedAt: new Date() });
    expect(await stateOf(id)).toMatchObject({ status: "active", condition: null });
    await fleet.observe(id, { healthy: true, checkedAt: EARLIER });
  });

  it("when its first version failed", async () => {
    const id = await instance();
    await fleet.run(id, "web", "1.0", { outcome: "failed" });
    expect(await stateOf(id)).toEqual({ status: "error", condition: "no_version_running", version: "" });
  });

  it("before it is pending because a rollout only holds it", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: false, unhealthySince: EARLIER });
    await hold(id, "staged");
    expect(await stateOf(id)).toMatchObject({ status: "error" });
  });
});

describe("an instance is active", () => {
  it("when its version runs and answers", async () => {
    const id = await running();
    await fleet.observe(id, { healthy: true });
    expect(await stateOf(id)).toEqual({ status: "active", condition: null, version: "1.0" });
  });

  it("when it has not been asked yet", async () => {
    expect(await stateOf(await running())).toMatchObject({ status: "active", condition: null });
  });

  it("when a change failed and was put back healthy: the failure is in the history", async () => {
    const id = await running();
    await fleet.run(id, "web", "2.0", { outcome: "failed" });
    await fleet.observe(id, { healthy: true, runningVersion: "1.0" });
    expect(await stateOf(id)).toEqual({ status: "active", condition: null, version: "1.0" });
    expect(await fleet.core.queries.versionHistory(id)).toMatchObject([
      { version: "1.0", status: "active" },
      { version: "2.0", status: "deprecated" },
    ]);
  });

  it("again when the rollout that held it lets go", async () => {
    const id = await running();
    await hold(id, "staged");
    await fleet.core.db.rolloutTarget.updateMany({ where: { instanceId: id }, data: { holding: false } });
    expect(await stateOf(id)).toMatchObject({ status: "active" });
  });
});

describe("the same words everywhere", () => {
  it("the list, its filter, and the service's counts agree", async () => {
    const all = await fleet.core.queries.instances("web", { versions: [] }, { limit: 500 });
    const { byStatus, instances } = await fleet.core.queries.service("web");
    for (const status of ["active", "pending", "error"] as const) {
      const filtered = await fleet.core.queries.instances("web", { versions: [], status }, { limit: 500 });
      expect(filtered.items.map((each) => each.instanceId)).toEqual(
        all.items.filter((each) => each.status === status).map((each) => each.instanceId),
      );
      expect(filtered.matched).toBe(byStatus[status]);
      expect(byStatus[status]).toBeGreaterThan(0);
    }
    expect(all.total).toBe(instances);
  });

  it("so do a name or a host that is looked for, and how many it is found in", async () => {
    const all = await fleet.core.queries.instances("web", { versions: [] }, { limit: 500 });
    const named = all.items.filter((each) => each.instanceId.includes("web-1")).map((each) => each.instanceId);
    const found = await fleet.core.queries.instances("web", { versions: [], text: "WEB-1" }, { limit: 2 });
    expect(found).toMatchObject({ matched: named.length, total: all.total });
    expect(found.items.map((each) => each.instanceId)).toEqual(named.slice(0, 2));
    const gone = await fleet.core.queries.instances("web", { versions: [], host: "gone" }, { limit: 500 });
    expect(gone.matched).toBe(all.items.filter((each) => each.host === "gone").length);
    expect(gone.items).toHaveLength(gone.matched);
  });

  it("so do the overview's totals, and what needs attention", async () => {
    const all = await fleet.core.queries.instances("web", { versions: [] }, { limit: 500 });
    const { totals, attention, attentionTotal } = await fleet.core.queries.overview();
    const { byStatus, instances } = await fleet.core.queries.service("web");
    expect(totals).toMatchObject({ instances, ...byStatus });
    const inError = all.items.filter((each) => each.status === "error").map((each) => each.instanceId);
    expect(attention.map((each) => each.instanceId).sort()).toEqual(inError.sort());
    expect(attentionTotal).toBe(inError.length);
  });

  it("a retired instance is in no list, and its history stays", async () => {
    const id = await running();
    await fleet.core.retireInstance({ name: "tester" }, id);
    const all = await fleet.core.queries.instances("web", { versions: [] }, { limit: 500 });
    expect(all.items.map((each) => each.instanceId)).not.toContain(id);
    expect((await fleet.core.queries.activations(id, { limit: 10 })).items).toMatchObject([
      { version: "1.0", outcome: "stopped" },
    ]);
  });
});
