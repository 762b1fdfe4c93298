import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ErrorCode } from "../domain/errors";
import { SlipwayError } from "../domain/errors";
import { SETTINGS, TestFleet } from "../testing/fleet";

const LIN = { name: "lin.wei" };
const MEI = { name: "mei.zhou" };

let fleet: TestFleet;
let nth = 0;
/** A service of its own for each test. */
let service = "";
const core = () => fleet.core;

beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.host("h1");
  await fleet.host("h2");
});
afterAll(() => fleet.close());
beforeEach(async () => {
  nth += 1;
  service = await fleet.service(`svc-${nth}`);
});

const auditOf = (action: string, subject: string) =>
  core().db.auditEntry.findMany({ where: { action, subject }, orderBy: { id: "asc" }, select: { actor: true, outcome: true } });
const eventsOf = async (code: string, where: { service?: string; host?: string }) =>
  await core().db.event.findMany({
    where: { code, ...where },
    select: { actor: true, params: true, pos: true, instanceId: true },
  });

/** Refused with this code, nothing told to anybody, and the refusal in the audit trail. */
async function refused(code: ErrorCode, action: string, subject: string, command: () => Promise<void>): Promise<SlipwayError> {
  const told = await core().db.event.count();
  const error: unknown = await command().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SlipwayError)) throw new Error(`expected ${code}, got ${String(error)}`);
  expect(error.code).toBe(code);
  expect(await core().db.event.count()).toBe(told);
  expect((await auditOf(action, subject)).at(-1)).toEqual({ actor: "lin.wei", outcome: code });
  return error;
}

describe("create a service", () => {
  it("begins at revision 1, tells it, and says who did", async () => {
    await core().createService(LIN, { name: "shop", labels: { team: "a" }, settings: SETTINGS });
    expect(await core().queries.service("shop")).toMatchObject({
      name: "shop",
      revision: 1,
      labels: { team: "a" },
      settings: SETTINGS,
    });
    expect(await eventsOf("service_created", { service: "shop" })).toMatchObject([{ actor: "lin.wei", pos: expect.any(BigInt) }]);
    expect(await auditOf("create_service", "shop")).toEqual([{ actor: "lin.wei", outcome: "accepted" }]);
  });

  it("refuses a name that is taken", async () => {
    await refused("already_exists", "create_service", service, () =>
      core().createService(LIN, { name: service, labels: {}, settings: SETTINGS }),
    );
  });

  it("lets one of two who create it at once through", async () => {
    const create = () => core().createService(LIN, { name: `twin-${nth}`, labels: {}, settings: SETTINGS });
    const ends = await Promise.allSettled([create(), create(), create()]);
    expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(1);
    for (const end of ends) if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "already_exists" });
  });

  it("refuses a default strategy that no deployment could have", async () => {
    const settings = { ...SETTINGS, strategy: { minHealthy: "100%" as const } };
    const error = await refused("invalid_strategy", "create_service", "never", () =>
      core().createService(LIN, { name: "never", labels: {}, settings }),
    );
    expect(error.more.fields).toMatchObject([{ pointer: "/settings/strategy/min_healthy" }]);
  });

  it("brings a deleted one back with its history", async () => {
    await core().deleteService(LIN, service);
    await core().createService(LIN, { name: service, labels: { again: "yes" }, settings: SETTINGS });
    expect(await core().queries.service(service)).toMatchObject({ revision: 2, labels: { again: "yes" } });
  });
});

describe("update a service", () => {
  const settings = { ...SETTINGS, start: ["./serve", "--fast"] };

  it("adds a revision and keeps the old one", async () => {
    await core().updateService(LIN, { service, settings, expectedRevision: 1 });
    expect(await core().queries.service(service)).toMatchObject({ revision: 2, settings });
    expect(await core().db.settingsRevision.count({ where: { service } })).toBe(2);
    expect(await eventsOf("settings_changed", { service })).toMatchObject([{ params: { revision: 2 }, actor: "lin.wei" }]);
  });

  it("adds none for the same settings, and tells of labels only where they differ", async () => {
    await core().updateService(LIN, { service, settings: SETTINGS, labels: {} });
    expect(await core().queries.service(service)).toMatchObject({ revision: 1 });
    expect(await eventsOf("service_changed", { service })).toEqual([]);
    await core().updateService(LIN, { service, labels: { zone: "b" } });
    expect(await eventsOf("service_changed", { service })).toHaveLength(1);
  });

  it("refuses what was written for another revision", async () => {
    await core().updateService(MEI, { service, settings });
    const error = await refused("revision_changed", "update_service", service, () =>
      core().updateService(LIN, { service, settings: SETTINGS, expectedRevision: 1 }),
    );
    expect(error.params).toMatchObject({ revision: 2 });
  });

  it("gives each of many who write at once a revision of its own", async () => {
    const writes = Array.from({ length: 6 }, (_, n) =>
      core().updateService(LIN, { service, settings: { ...SETTINGS, stopGraceS: 20 + n } }),
    );
    await Promise.all(writes);
    const rows = await core().db.settingsRevision.findMany({
      where: { service },
      orderBy: { revision: "asc" },
      select: { revision: true },
    });
    expect(rows.map((row) => row.revision)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("refuses a service that is not there, or is not there any more", async () => {
    await refused("service_not_found", "update_service", "nowhere", () =>
      core().updateService(LIN, { service: "nowhere", labels: {} }),
    );
    await core().deleteService(LIN, service);
    await refused("service_not_found", "update_service", service, () => core().updateService(LIN, { service, labels: {} }));
  });
});

describe("delete a service", () => {
  it("takes it out of the list", async () => {
    await core().deleteService(LIN, service);
    await expect(core().queries.service(service)).rejects.toMatchObject({ code: "service_not_found" });
    expect(await eventsOf("service_deleted", { service })).toHaveLength(1);
  });

  it("refuses while it has instances, naming them", async () => {
    await fleet.instances(service, "h1", `${service}-a`);
    const error = await refused("in_use", "delete_service", service, () => core().deleteService(LIN, service));
    expect(error.params.by).toEqual([`${service}-a`]);
  });

  it("refuses while a rollout of it is under way", async () => {
    await fleet.rollout(`ro-${service}`, service, "paused");
    const error = await refused("in_use", "delete_service", service, () => core().deleteService(LIN, service));
    expect(error.more.conflict).toMatchObject({ rolloutId: `ro-${service}`, requestedBy: "tester" });
  });
});

describe("hold and release", () => {
  it("says who holds, since when and why, until somebody releases", async () => {
    await core().holdService(LIN, service, "incident 7");
    expect((await core().queries.service(service)).hold).toMatchObject({
      by: "lin.wei",
      reason: "incident 7",
      at: expect.any(Date),
    });
    await core().releaseService(MEI, service);
    expect((await core().queries.service(service)).hold).toBeNull();
    expect(await eventsOf("service_held", { service })).toHaveLength(1);
    expect(await eventsOf("service_released", { service })).toMatchObject([{ actor: "mei.zhou" }]);
  });

  it("takes the same hold twice as one, and refuses another's", async () => {
    await core().holdService(LIN, service, null);
    await core().holdService(LIN, service, null);
    expect(await eventsOf("service_held", { service })).toHaveLength(1);
    await core().releaseService(LIN, service);
    await core().holdService(MEI, service, "mine");
    const error = await refused("held", "hold_service", service, () => core().holdService(LIN, service, "mine too"));
    expect(error.params).toMatchObject({ by: "mei.zhou", reason: "mine" });
  });

  it("releasing what is not held changes nothing", async () => {
    await core().releaseService(LIN, service);
    expect(await eventsOf("service_released", { service })).toEqual([]);
  });

  it("wakes what waits", async () => {
    await fleet.rollout(`ro-${service}`, service, "scheduled");
    await core().holdService(LIN, service, null);
    const { wakeAt } = await core().db.rollout.findUniqueOrThrow({ where: { id: `ro-${service}` } });
    expect(wakeAt).toBeInstanceOf(Date);
  });

  it("refuses a service that is not there", async () => {
    await refused("service_not_found", "hold_service", "nowhere", () => core().holdService(LIN, "nowhere", null));
    await refused("service_not_found", "release_service", "nowhere", () => core().releaseService(LIN, "nowhere"));
  });
});

describe("register instances", () => {
  const at = (id: string, port: number, host = "h1") => ({ id: `${service}-${id}`, host, port, labels: {} });

  it("makes them known, waiting for their first version", async () => {
    await core().registerInstances(LIN, service, [at("a", 30_001), at("b", 30_001, "h2")]);
    const { items, total } = await core().queries.instances(service, { versions: [] }, { limit: 10 });
    expect(total).toBe(2);
    expect(items.map((each) => each.status)).toEqual(["pending", "pending"]);
    expect(await eventsOf("instance_registered", { service })).toMatchObject([
      { instanceId: `${service}-a` },
      { instanceId: `${service}-b` },
    ]);
  });

  it.each<
    [
      string,
      ErrorCode,
      (
        at: (id: string, port: number, host?: string) => { id: string; host: string; port: number; labels: {} },
      ) => ReturnType<typeof at>[],
    ]
  >([
    ["the same id twice", "invalid_request", (a) => [a("x", 31_001), a("x", 31_002)]],
    ["the same port twice", "invalid_request", (a) => [a("x", 31_001), a("y", 31_001)]],
    ["a host that is not there", "host_not_found", (a) => [a("x", 31_001), a("y", 31_002, "h9")]],
    ["an id that was used", "already_exists", (a) => [a("x", 31_001), a("used", 31_002)]],
    ["a port that is taken", "already_exists", (a) => [a("x", 31_001), a("y", 31_900)]],
  ])("refuses all of them for %s", async (_, code, instances) => {
    await core().registerInstances(MEI, service, [at("used", 31_900)]);
    await refused(code, "register_instances", service, () => core().registerInstances(LIN, service, instances(at)));
    expect(await core().db.instance.count({ where: { service } })).toBe(1);
    await core().retireInstance(LIN, `${service}-used`);
  });

  it("never gives an id to another instance, and a port only when it is free again", async () => {
    await core().registerInstances(LIN, service, [at("a", 32_001)]);
    await core().retireInstance(LIN, `${service}-a`);
    await refused("already_exists", "register_instances", service, () =>
      core().registerInstances(LIN, service, [at("a", 32_002)]),
    );
    await core().registerInstances(LIN, service, [at("b", 32_001)]);
  });

  it("lets one of two who take a port at once through", async () => {
    const other = await fleet.service(`${service}-other`);
    const ends = await Promise.allSettled([
      core().registerInstances(LIN, service, [at("p", 33_001)]),
      core().registerInstances(MEI, other, [{ ...at("q", 33_001), id: `${service}-q` }]),
    ]);
    expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(1);
  });
});

describe("retire an instance", () => {
  it("closes its run, settles what is owed, and may be said twice", async () => {
    const id = `${service}-a`;
    await fleet.instances(service, "h1", id);
    await fleet.version(service, "1.0");
    await fleet.run(id, service, "1.0");
    await core().retireInstance(LIN, id);
    await core().retireInstance(LIN, id);
    expect(await core().db.activation.findFirst({ where: { instanceId: id } })).toMatchObject({ outcome: "stopped" });
    expect(await eventsOf("instance_retired", { service })).toHaveLength(1);
  });

  it("refuses while a rollout that has not ended has it among its targets", async () => {
    const id = `${service}-a`;
    await fleet.instances(service, "h1", id);
    await fleet.rollout(`ro-${service}`, service, "scheduled", [{ instance: id, status: "waiting", holding: false }]);
    const error = await refused("instance_busy", "retire_instance", id, () => core().retireInstance(LIN, id));
    expect(error.more.conflict?.rolloutId).toBe(`ro-${service}`);
  });

  it("refuses one that never was", async () => {
    await refused("instance_not_found", "retire_instance", "ghost", () => core().retireInstance(LIN, "ghost"));
  });
});

describe("versions", () => {
  beforeEach(() => fleet.version(service, "1.0"));

  it("are withdrawn once, for a reason", async () => {
    await core().withdrawVersion(LIN, { service, version: "1.0" }, "leaks");
    await core().withdrawVersion(MEI, { service, version: "1.0" }, "other");
    expect(await core().queries.version(service, "1.0")).toMatchObject({
      withdrawnBy: "lin.wei",
      withdrawnReason: "leaks",
      withdrawnAt: expect.any(Date),
    });
    expect(await eventsOf("version_withdrawn", { service })).toHaveLength(1);
  });

  it("carry a barrier until it is lifted", async () => {
    await core().setBarrier(LIN, { service, version: "1.0" }, { reason: "schema 7" });
    expect((await core().queries.version(service, "1.0")).barrier).toMatchObject({ reason: "schema 7", by: "lin.wei" });
    await core().setBarrier(MEI, { service, version: "1.0" }, null);
    expect((await core().queries.version(service, "1.0")).barrier).toBeNull();
    expect(await eventsOf("barrier_lifted", { service })).toMatchObject([{ actor: "mei.zhou" }]);
  });

  it("must be there", async () => {
    const missing = { service, version: "9.9" };
    await refused("version_not_found", "withdraw_version", `${service} 9.9`, () => core().withdrawVersion(LIN, missing, null));
    await refused("version_not_found", "set_barrier", `${service} 9.9`, () => core().setBarrier(LIN, missing, null));
    await refused("service_not_found", "withdraw_version", "nowhere 1.0", () =>
      core().withdrawVersion(LIN, { service: "nowhere", version: "1.0" }, null),
    );
  });
});

describe("hosts", () => {
  const place = (name: string, root = `/srv/${name}`) => ({
    name,
    kind: "local" as const,
    address: "127.0.0.1",
    root,
    zone: null,
    labels: {},
  });

  it("are added, retired, and added again at another place", async () => {
    const name = `host-${nth}`;
    await core().addHost(LIN, place(name));
    await core().retireHost(LIN, name);
    await core().retireHost(LIN, name);
    expect((await core().queries.hosts({ limit: 500 })).items.map((host) => host.name)).not.toContain(name);
    await core().addHost(LIN, place(name, `/opt/${name}`));
    expect(await core().queries.host(name)).toMatchObject({ state: "active", root: `/opt/${name}` });
    expect(await eventsOf("host_retired", { host: name })).toHaveLength(1);
  });

  it("have a name and a place of their own", async () => {
    await refused("already_exists", "add_host", "h1", () => core().addHost(LIN, place("h1", "/elsewhere")));
    await refused("already_exists", "add_host", `h1b-${nth}`, () => core().addHost(LIN, place(`h1b-${nth}`, "/srv/h1")));
  });

  it("stay while they have instances", async () => {
    await fleet.instances(service, "h2", `${service}-a`);
    await refused("in_use", "retire_host", "h2", () => core().retireHost(LIN, "h2"));
    await refused("host_not_found", "retire_host", "ghost", () => core().retireHost(LIN, "ghost"));
  });

  it("take no new instances once they are retired", async () => {
    const name = await fleet.host(`old-${nth}`);
    await core().retireHost(LIN, name);
    await refused("host_not_found", "register_instances", service, () =>
      core().registerInstances(LIN, service, [{ id: `${service}-z`, host: name, port: 35_000, labels: {} }]),
    );
  });
});
