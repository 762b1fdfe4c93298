import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { TestFleet } from "../../testing/fleet";

const SECOND_MS = 1_000;
let fleet: TestFleet;
let began: number;

const ago = (seconds: number) => new Date(Date.now() - seconds * SECOND_MS);
const told = async () => (await fleet.core.queries.overview()).cutOff;

/** `web-1` … `web-4` on hosts in the zone "a", `shop-1` … `shop-6` in the zone "b". */
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.host("a1");
  await fleet.host("b1", "127.0.0.2");
  await fleet.core.db.host.update({ where: { name: "a1" }, data: { zone: "a" } });
  await fleet.core.db.host.update({ where: { name: "b1" }, data: { zone: "b" } });
  for (const [service, host, count] of [
    ["web", "a1", 4],
    ["shop", "b1", 6],
  ] as const) {
    await fleet.service(service);
    await fleet.version(service, "1.0");
    const ids = Array.from({ length: count }, (_, at) => `${service}-${at + 1}`);
    await fleet.instances(service, host, ...ids);
    for (const id of ids) await fleet.run(id, service, "1.0");
  }
});
afterAll(() => fleet.close());

beforeEach(async () => {
  began = 60;
  const instances = await fleet.core.db.instance.findMany();
  for (const { id } of instances) await fleet.observe(id, { healthy: true, checkedAt: new Date() });
  await fleet.core.db.observation.updateMany({ data: { unhealthySince: null, pid: 7, inspectedAt: null } });
});

const falls = async (id: string, secondsLater = 0) =>
  fleet.observe(id, { healthy: false, unhealthySince: ago(began - secondsLater) });

it("nothing is said while everything answers, nor for one alone", async () => {
  expect(await told()).toEqual([]);
  await falls("web-1");
  expect(await told()).toEqual([]);
});

it("30% of a service within a minute: the console may itself be cut off", async () => {
  await falls("shop-1");
  expect(await told()).toEqual([]);
  await falls("shop-2", 50);
  expect(await told()).toEqual([{ kind: "service", name: "shop", fallen: 2, total: 6 }]);
});

it("not those that fell one after another", async () => {
  began = 300;
  await falls("shop-1");
  await falls("shop-2", 70);
  expect(await told()).toEqual([]);
});

it("all that answered in a zone", async () => {
  for (const id of ["web-1", "web-2", "web-3", "web-4"]) await falls(id);
  expect(await told()).toEqual([
    { kind: "zone", name: "a", fallen: 4, total: 4 },
    { kind: "service", name: "web", fallen: 4, total: 4 },
  ]);
});

it("not what the host itself says is down, and nothing that a rollout is changing", async () => {
  await falls("shop-1");
  await falls("shop-2");
  await fleet.core.db.observation.update({ where: { instanceId: "shop-1" }, data: { pid: null, inspectedAt: new Date() } });
  expect(await told()).toEqual([]);
  await fleet.core.db.observation.update({ where: { instanceId: "shop-1" }, data: { pid: 7 } });
  expect(await told()).toHaveLength(1);
  await fleet.rollout("ro-1", "shop", "running", [{ instance: "shop-1", status: "staged", holding: true }]);
  expect(await told()).toEqual([]);
  await fleet.core.db.rolloutTarget.updateMany({ data: { holding: false } });
});

it("after ten minutes it is told no more", async () => {
  began = 700;
  await falls("shop-1");
  await falls("shop-2");
  expect(await told()).toEqual([]);
});
