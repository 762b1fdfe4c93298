import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ErrorCode } from "../domain/errors";
import { TestFleet } from "../testing/fleet";
import { eventsOf, refused } from "../testing/refused";

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

describe("register instances", () => {
  const at = (id: string, port: number, host = "h1") => ({ id: `${service}-${id}`, host, port, labels: {} });

  it("makes them known, waiting for their first version", async () => {
    await core().registerInstances(LIN, service, [at("a", 30_001), at("b", 30_001, "h2")]);
    const { items, total } = await core().queries.instances(service, { versions: [] }, { limit: 10 });
    expect(total).toBe(2);
    expect(items.map((each) => each.status)).toEqual(["pending", "pending"]);
    expect(await eventsOf(fleet, "instance_registered", { service })).toMatchObject([
      { instanceId: `${service}-a` },
      { instanceId: `${service}-b` },
    ]);
  });

  it.each<[string, ErrorCode, (a: typeof at) => ReturnType<typeof at>[]]>([
    ["the same id twice", "invalid_request", (a) => [a("x", 31_001), a("x", 31_002)]],
    ["the same port twice", "invalid_request", (a) => [a("x", 31_001), a("y", 31_001)]],
    ["a host that is not there", "host_not_found", (a) => [a("x", 31_001), a("y", 31_002, "h9")]],
    ["an id that was used", "already_exists", (a) => [a("x", 31_001), a("used", 31_002)]],
    ["a port that is taken", "already_exists", (a) => [a("x", 31_001), a("y", 31_900)]],
  ])("refuses all of them for %s", async (_, code, instances) => {
    await core().registerInstances(MEI, service, [at("used", 31_900)]);
    await refused(fleet, code, { by: "lin.wei", action: "register_instances", subject: service }, () =>
      core().registerInstances(LIN, service, instances(at)),
    );
    expect(await core().db.instance.count({ where: { service } })).toBe(1);
    await core().retireInstance(LIN, `${service}-used`);
  });

  it("never gives an id to another instance, and a port only when it is free again", async () => {
    await core().registerInstances(LIN, service, [at("a", 32_001)]);
    await core().retireInstance(LIN, `${service}-a`);
    await refused(fleet, "already_exists", { by: "lin.wei", action: "register_instances", subject: service }, () =>
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
    expect(await eventsOf(fleet, "instance_retired", { service })).toHaveLength(1);
  });

  it("refuses while a rollout that has not ended has it among its targets", async () => {
    const id = `${service}-a`;
    await fleet.instances(service, "h1", id);
    await fleet.rollout(`ro-${service}`, service, "scheduled", [{ instance: id, status: "waiting", holding: false }]);
    const error = await refused(fleet, "instance_busy", { by: "lin.wei", action: "retire_instance", subject: id }, () =>
      core().retireInstance(LIN, id),
    );
    expect(error.more.conflict?.rolloutId).toBe(`ro-${service}`);
  });

  it("refuses one that never was", async () => {
    await refused(fleet, "instance_not_found", { by: "lin.wei", action: "retire_instance", subject: "ghost" }, () =>
      core().retireInstance(LIN, "ghost"),
    );
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
    expect(await eventsOf(fleet, "version_withdrawn", { service })).toHaveLength(1);
  });

  it("carry a barrier until it is lifted", async () => {
    await core().setBarrier(LIN, { service, version: "1.0" }, { reason: "schema 7" });
    expect((await core().queries.version(service, "1.0")).barrier).toMatchObject({ reason: "schema 7", by: "lin.wei" });
    await core().setBarrier(MEI, { service, version: "1.0" }, null);
    expect((await core().queries.version(service, "1.0")).barrier).toBeNull();
    expect(await eventsOf(fleet, "barrier_lifted", { service })).toMatchObject([{ actor: "mei.zhou" }]);
  });

  it("must be there", async () => {
    const missing = { service, version: "9.9" };
    await refused(fleet, "version_not_found", { by: "lin.wei", action: "withdraw_version", subject: `${service} 9.9` }, () =>
      core().withdrawVersion(LIN, missing, null),
    );
    await refused(fleet, "version_not_found", { by: "lin.wei", action: "set_barrier", subject: `${service} 9.9` }, () =>
      core().setBarrier(LIN, missing, null),
    );
    await refused(fleet, "service_not_found", { by: "lin.wei", action: "withdraw_version", subject: "nowhere 1.0" }, () =>
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
    expect(await eventsOf(fleet, "host_retired", { host: name })).toHaveLength(1);
  });

  it("have a name and a place of their own", async () => {
    await refused(fleet, "already_exists", { by: "lin.wei", action: "add_host", subject: "h1" }, () =>
      core().addHost(LIN, place("h1", "/elsewhere")),
    );
    await refused(fleet, "already_exists", { by: "lin.wei", action: "add_host", subject: `h1b-${nth}` }, () =>
      core().addHost(LIN, place(`h1b-${nth}`, "/srv/h1")),
    );
  });

  it("take no new instances while they drain, and what is there stays", async () => {
    const name = `host-drain-${nth}`;
    await core().addHost(LIN, place(name));
    await fleet.instances(service, name, `${service}-there`);
    await core().drainHost(LIN, name, true);
    await core().drainHost(MEI, name, true);
    expect(await core().queries.host(name)).toMatchObject({ state: "draining", instances: [{ instanceId: `${service}-there` }] });
    const another = { id: `${service}-new`, host: name, port: 34_001, labels: {} };
    await refused(fleet, "host_not_found", { by: "lin.wei", action: "register_instances", subject: service }, () =>
      core().registerInstances(LIN, service, [another]),
    );
    await core().drainHost(LIN, name, false);
    await core().registerInstances(LIN, service, [another]);
    expect(await eventsOf(fleet, "host_drained", { host: name })).toHaveLength(1);
    expect(await eventsOf(fleet, "host_opened", { host: name })).toHaveLength(1);
    await refused(fleet, "host_not_found", { by: "lin.wei", action: "drain_host", subject: "ghost" }, () =>
      core().drainHost(LIN, "ghost", true),
    );
  });

  it("stay while they have instances", async () => {
    await fleet.instances(service, "h2", `${service}-a`);
    await refused(fleet, "in_use", { by: "lin.wei", action: "retire_host", subject: "h2" }, () => core().retireHost(LIN, "h2"));
    await refused(fleet, "host_not_found", { by: "lin.wei", action: "retire_host", subject: "ghost" }, () =>
      core().retireHost(LIN, "ghost"),
    );
  });

  it("take no new instances once they are retired", async () => {
    const name = await fleet.host(`old-${nth}`);
    await core().retireHost(LIN, name);
    await refused(fleet, "host_not_found", { by: "lin.wei", action: "register_instances", subject: service }, () =>
      core().registerInstances(LIN, service, [{ id: `${service}-z`, host: name, port: 35_000, labels: {} }]),
    );
  });
});
