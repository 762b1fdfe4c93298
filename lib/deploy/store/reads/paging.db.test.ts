import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page, PageRequest } from "../../ports/reads";
import { TestFleet } from "../../testing/fleet";
import { numberEvents } from "../database";

const INSTANCES = 23;

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  for (const name of ["h1", "h2", "h3", "h4"]) await fleet.host(name);
  for (const name of ["api", "batch", "web", "zoo"]) await fleet.service(name);
  await fleet.instances("web", "h1", ...Array.from({ length: INSTANCES }, (_, n) => `web-${n}`));
  for (const version of ["1.0", "1.1", "1.2", "1.3", "1.4"]) await fleet.version("web", version);
  for (const version of ["1.0", "1.1", "1.2", "1.3"]) await fleet.run("web-0", "web", version, { outcome: "replaced" });
  await fleet.run("web-0", "web", "1.4");
  const targets = Array.from({ length: INSTANCES }, (_, n) => ({
    instance: `web-${n}`,
    status: "waiting" as const,
    holding: false,
  }));
  for (let n = 0; n < 7; n += 1) await fleet.rollout(`ro-${n}`, "web", "succeeded", n === 0 ? targets : []);
  // The same moment for all: the order must not hang on the time alone.
  await fleet.core.db.rollout.updateMany({ data: { createdAt: new Date("2026-01-01T00:00:00.123Z") } });
  await fleet.core.db.$executeRaw`UPDATE versions SET first_seen_at = '2026-01-01 00:00:00.123456+00'`;
  await fleet.core.db.event.createMany({
    data: Array.from({ length: 11 }, (_, n) => ({
      code: "rollout_accepted",
      rolloutId: "ro-0",
      seq: n + 1,
      service: "web",
      at: new Date("2026-01-01T00:00:00Z"),
    })),
  });
  await numberEvents(fleet.core.db);
});
afterAll(() => fleet.close());

async function follow<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<readonly T[]> {
  const found: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    expect(page.items).toHaveLength(limit);
    cursor = page.nextCursor;
  }
}

type Lists = Readonly<Record<string, (page: PageRequest) => Promise<Page<unknown>>>>;
const lists = (): Lists => {
  const { reads } = fleet.core;
  return {
    services: (page) => reads.services(page),
    instances: (page) => reads.instances("web", { versions: [] }, page),
    "instances by text": (page) => reads.instances("web", { versions: [], text: "WEB-1" }, page),
    "instances at a time": (page) => reads.instances("web", { versions: [], at: new Date(Date.now() + 60_000) }, page),
    versions: (page) => reads.versions("web", page),
    rollouts: (page) => reads.rollouts({}, page),
    "rollouts of an instance": (page) => reads.rollouts({ instance: "web-3" }, page),
    targets: (page) => reads.targets("ro-0", { statuses: [] }, page),
    log: (page) => reads.log("ro-0", "oldest", page),
    "log, newest first": (page) => reads.log("ro-0", "newest", page),
    changes: (page) => reads.changes({}, page),
    activations: (page) => reads.activations("web-0", page),
    hosts: (page) => reads.hosts(page),
  };
};

describe("following the cursors of a list", () => {
  it.each([
    ["services", 4],
    ["instances", INSTANCES],
    ["instances by text", 11],
    ["instances at a time", INSTANCES],
    ["versions", 5],
    ["rollouts", 7],
    ["rollouts of an instance", 1],
    ["targets", INSTANCES],
    ["log", 11],
    ["log, newest first", 11],
    ["activations", 5],
    ["hosts", 4],
  ])("gives each of the %s once and in the same order, whatever the size of a page", async (name, count) => {
    const list = lists()[name];
    if (list === undefined) throw new Error(name);
    const whole = await list({ limit: 500 });
    expect(whole.items).toHaveLength(count);
    expect(whole.nextCursor).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: count + 1 }), async (limit) => {
        expect(await follow(list, limit)).toEqual(whole.items);
      }),
      { numRuns: 6 },
    );
  });

  it("gives all changes, also those of one moment", async () => {
    const { items } = await fleet.core.reads.changes({}, { limit: 500 });
    expect(await follow((page) => fleet.core.reads.changes({}, page), 3)).toEqual(items);
    expect(items.filter((event) => event.code === "rollout_accepted")).toHaveLength(11);
  });

  it("misses nothing that was there when it began, while new rows come", async () => {
    const before = (await fleet.core.reads.rollouts({}, { limit: 500 })).items.map((row) => row.id);
    const first = await fleet.core.reads.rollouts({}, { limit: 3 });
    await fleet.rollout("ro-new", "web", "succeeded");
    const rest = await follow(
      (page) => fleet.core.reads.rollouts({}, { ...page, cursor: page.cursor ?? first.nextCursor ?? undefined }),
      3,
    );
    expect([...first.items, ...rest].map((row) => row.id)).toEqual(before);
  });
});

describe("the parts of a rollout", () => {
  it("is told from either end", async () => {
    const { reads } = fleet.core;
    const oldest = await reads.log("ro-0", "oldest", { limit: 500 });
    const newest = await reads.log("ro-0", "newest", { limit: 500 });
    expect(newest.items).toEqual(oldest.items.toReversed());
  });

  it("can be asked by status", async () => {
    const { reads } = fleet.core;
    const all = (await reads.targets("ro-0", { statuses: [] }, { limit: 500 })).items;
    for (const status of ["succeeded", "failed", "waiting"] as const) {
      const some = (await reads.targets("ro-0", { statuses: [status] }, { limit: 500 })).items;
      expect(some).toEqual(all.filter((target) => target.status === status));
    }
    const both = await reads.targets("ro-0", { statuses: ["succeeded", "failed", "waiting"] }, { limit: 500 });
    expect(both.items.length).toBeGreaterThan(0);
  });
});

describe("counting", () => {
  it("says how many there are and how many fit", async () => {
    const page = await fleet.core.reads.instances("web", { versions: ["1.4"] }, { limit: 1 });
    expect(page).toMatchObject({ total: INSTANCES, matched: 1, items: [{ instanceId: "web-0", version: "1.4" }] });
  });
});

describe("as of a time", () => {
  it("is what ran then; a change that failed never did", async () => {
    const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
    await fleet.core.db.instance.update({ where: { id: "web-1" }, data: { registeredAt: at(0) } });
    await fleet.run("web-1", "web", "1.0", { from: at(1), to: at(10), outcome: "replaced" });
    await fleet.run("web-1", "web", "1.1", { from: at(4), to: at(6), outcome: "failed" });
    await fleet.run("web-1", "web", "1.2", { from: at(10) });
    const ran = async (minute: number) => {
      const { items } = await fleet.core.reads.instances("web", { versions: [], at: at(minute), text: "web-1" }, { limit: 500 });
      return items.find((each) => each.instanceId === "web-1");
    };
    expect(await ran(-1)).toBeUndefined();
    expect(await ran(0)).toMatchObject({ version: "", status: "pending" });
    expect(await ran(5)).toMatchObject({ version: "1.0", status: "active" });
    expect(await ran(9)).toMatchObject({ version: "1.0" });
    expect(await ran(11)).toMatchObject({ version: "1.2" });
  });
});
