import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestFleet } from "../../testing/fleet";
import { overview } from "./overview";

const EARLIER = new Date("2026-01-01T00:00:00Z");
const SERVICES = ["shop", "mail"] as const;

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.host("one");
  await fleet.host("two", "127.0.0.2");
  await fleet.core.db.host.update({ where: { name: "two" }, data: { reachable: false } });
  for (const service of SERVICES) await serviceWithEveryKind(service);
});
afterAll(() => fleet.close());

/** Two instances of each kind there is, and some that are well. */
async function serviceWithEveryKind(service: string): Promise<void> {
  await fleet.service(service);
  await fleet.version(service, "1.0");
  await fleet.version(service, "2.0");
  const ids = (kind: string) => [`${service}-${kind}-1`, `${service}-${kind}-2`];
  const add = async (kind: string, version: string | null, seen: Parameters<TestFleet["observe"]>[1], host = "one") => {
    for (const id of ids(kind)) {
      await fleet.instances(service, host, id);
      if (version !== null) await fleet.run(id, service, version);
      await fleet.observe(id, seen);
    }
  };
  await add("well", "1.0", { healthy: true });
  await add("newer", "2.0", { healthy: true }, "two");
  await add("silent", "1.0", { healthy: false, unhealthySince: EARLIER });
  await add("cut", "2.0", { healthy: false, unhealthySince: EARLIER }, "two");
  await add("drifted", "1.0", { healthy: true, driftSince: EARLIER });
  await add("forgotten", "1.0", { healthy: true, checkedAt: EARLIER });
  await add("unasked", "1.0", { healthy: null });
  await add("held", "1.0", { healthy: true });
  await add("changing", "1.0", { healthy: true });
  await add("empty", null, { healthy: null });
  await add("failed", null, { healthy: null });
  for (const id of ids("failed")) await fleet.run(id, service, "1.0", { outcome: "failed" });
  await add("gone", "1.0", { healthy: true });
  for (const id of ids("gone")) await fleet.core.retireInstance({ name: "tester" }, id);
  await fleet.rollout(`ro-${service}`, service, "running", [
    ...ids("held").map((instance) => ({ instance, status: "staged" as const, holding: true })),
    ...ids("silent").map((instance) => ({ instance, status: "staged" as const, holding: true })),
    ...ids("changing").map((instance) => ({ instance, status: "switching" as const, holding: true })),
  ]);
}

describe("what runs where, counted", () => {
  it("is the same of many services at once, where most instances are not looked at, and of each by itself, where all are", async () => {
    const { items } = await fleet.core.queries.services({ limit: 100 });
    expect(items.map((each) => each.name)).toEqual(["mail", "shop"]);
    for (const { name, instances, hosts, byStatus, versions } of items) {
      const alone = await fleet.core.queries.service(name);
      expect({ instances, hosts, byStatus, versions }).toEqual({
        instances: alone.instances,
        hosts: alone.hosts,
        byStatus: alone.byStatus,
        versions: alone.versions,
      });
    }
  });

  it("counts every instance once, and says which versions answer, the newest first", async () => {
    const { items } = await fleet.core.queries.services({ limit: 100 });
    expect(items[0]).toMatchObject({
      instances: 22,
      hosts: 2,
      byStatus: { active: 6, pending: 6, error: 10 },
      versions: [
        { version: "2.0", instances: 4, healthy: 2, newest: true },
        { version: "1.0", instances: 14, healthy: 10, newest: false },
      ],
    });
  });

  it("follows what changes between two questions", async () => {
    await fleet.observe("mail-well-1", { healthy: false, unhealthySince: EARLIER });
    const { items } = await fleet.core.queries.services({ limit: 100 });
    expect(items[0]).toMatchObject({ byStatus: { active: 5, error: 11 } });
    await fleet.observe("mail-well-1", { healthy: true });
    expect((await fleet.core.queries.services({ limit: 100 })).items[0]).toMatchObject({ byStatus: { active: 6, error: 10 } });
  });

  it("adds up to the overview, whether few instances are looked at for it or all", async () => {
    const { items } = await fleet.core.queries.services({ limit: 100 });
    const few = await overview(fleet.core.db, 50);
    const all = await overview(fleet.core.db, 50, 0);
    expect(few.totals).toMatchObject({ instances: 44, active: 12, pending: 12, error: 20 });
    expect(few.totals.error).toBe(items.reduce((sum, each) => sum + each.byStatus.error, 0));
    expect({ totals: all.totals, attention: all.attention }).toEqual({ totals: few.totals, attention: few.attention });
  });
});
