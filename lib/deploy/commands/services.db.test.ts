import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SETTINGS, TestFleet } from "../testing/fleet";
import { auditOf, eventsOf, refused } from "../testing/refused";

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

describe("create a service", () => {
  it("begins at revision 1, tells it, and says who did", async () => {
    await core().createService(LIN, { name: "shop", labels: { team: "a" }, settings: SETTINGS });
    expect(await core().queries.service("shop")).toMatchObject({
      name: "shop",
      revision: 1,
      labels: { team: "a" },
      settings: SETTINGS,
    });
    expect(await eventsOf(fleet, "service_created", { service: "shop" })).toMatchObject([
      { actor: "lin.wei", pos: expect.any(BigInt) },
    ]);
    expect(await auditOf(fleet, "create_service", "shop")).toEqual([{ actor: "lin.wei", outcome: "accepted" }]);
  });

  it("refuses a name that is taken", async () => {
    await refused(fleet, "already_exists", { by: "lin.wei", action: "create_service", subject: service }, () =>
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
    const error = await refused(fleet, "invalid_strategy", { by: "lin.wei", action: "create_service", subject: "never" }, () =>
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
    expect(await eventsOf(fleet, "settings_changed", { service })).toMatchObject([{ params: { revision: 2 }, actor: "lin.wei" }]);
  });

  it("adds none for the same settings, and tells of labels only where they differ", async () => {
    await core().updateService(LIN, { service, settings: SETTINGS, labels: {} });
    expect(await core().queries.service(service)).toMatchObject({ revision: 1 });
    expect(await eventsOf(fleet, "service_changed", { service })).toEqual([]);
    await core().updateService(LIN, { service, labels: { zone: "b" } });
    expect(await eventsOf(fleet, "service_changed", { service })).toHaveLength(1);
  });

  it("refuses what was written for another revision", async () => {
    await core().updateService(MEI, { service, settings });
    const error = await refused(fleet, "revision_changed", { by: "lin.wei", action: "update_service", subject: service }, () =>
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
    await refused(fleet, "service_not_found", { by: "lin.wei", action: "update_service", subject: "nowhere" }, () =>
      core().updateService(LIN, { service: "nowhere", labels: {} }),
    );
    await core().deleteService(LIN, service);
    await refused(fleet, "service_not_found", { by: "lin.wei", action: "update_service", subject: service }, () =>
      core().updateService(LIN, { service, labels: {} }),
    );
  });
});

describe("delete a service", () => {
  it("takes it out of the list", async () => {
    await core().deleteService(LIN, service);
    await expect(core().queries.service(service)).rejects.toMatchObject({ code: "service_not_found" });
    expect(await eventsOf(fleet, "service_deleted", { service })).toHaveLength(1);
  });

  it("refuses while it has instances, naming them", async () => {
    await fleet.instances(service, "h1", `${service}-a`);
    const error = await refused(fleet, "in_use", { by: "lin.wei", action: "delete_service", subject: service }, () =>
      core().deleteService(LIN, service),
    );
    expect(error.params.by).toEqual([`${service}-a`]);
  });

  it("refuses while a rollout of it is under way", async () => {
    await fleet.rollout(`ro-${service}`, service, "paused");
    const error = await refused(fleet, "in_use", { by: "lin.wei", action: "delete_service", subject: service }, () =>
      core().deleteService(LIN, service),
    );
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
    expect(await eventsOf(fleet, "service_held", { service })).toHaveLength(1);
    expect(await eventsOf(fleet, "service_released", { service })).toMatchObject([{ actor: "mei.zhou" }]);
  });

  it("takes the same hold twice as one, and refuses another's", async () => {
    await core().holdService(LIN, service, null);
    await core().holdService(LIN, service, null);
    expect(await eventsOf(fleet, "service_held", { service })).toHaveLength(1);
    await core().releaseService(LIN, service);
    await core().holdService(MEI, service, "mine");
    const error = await refused(fleet, "held", { by: "lin.wei", action: "hold_service", subject: service }, () =>
      core().holdService(LIN, service, "mine too"),
    );
    expect(error.params).toMatchObject({ by: "mei.zhou", reason: "mine" });
  });

  it("releasing what is not held changes nothing", async () => {
    await core().releaseService(LIN, service);
    expect(await eventsOf(fleet, "service_released", { service })).toEqual([]);
  });

  it("wakes what waits", async () => {
    await fleet.rollout(`ro-${service}`, service, "scheduled");
    await core().holdService(LIN, service, null);
    const { wakeAt } = await core().db.rollout.findUniqueOrThrow({ where: { id: `ro-${service}` } });
    expect(wakeAt).toBeInstanceOf(Date);
  });

  it("refuses a service that is not there", async () => {
    await refused(fleet, "service_not_found", { by: "lin.wei", action: "hold_service", subject: "nowhere" }, () =>
      core().holdService(LIN, "nowhere", null),
    );
    await refused(fleet, "service_not_found", { by: "lin.wei", action: "release_service", subject: "nowhere" }, () =>
      core().releaseService(LIN, "nowhere"),
    );
  });
});
