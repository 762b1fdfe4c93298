import { afterAll, beforeAll, expect, it } from "vitest";
import { TestFleet } from "../../testing/fleet";
import { createRollbacks } from "./rollback-summary";

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.host("one");
  await fleet.service("shop");
  for (const version of ["1.0", "2.0", "3.0"]) await fleet.version("shop", version);
});
afterAll(() => fleet.close());

const targetOf = async (id: string) => {
  const { targets } = createRollbacks(fleet.core.db, { trustedAfterS: 600 });
  return (await targets([id])).get(id);
};

async function instance(id: string): Promise<void> {
  await fleet.instances("shop", "one", id);
}

it("names the version that ran well before", async () => {
  await instance("a");
  await fleet.run("a", "shop", "1.0", { outcome: "replaced" });
  await fleet.run("a", "shop", "2.0");
  expect(await targetOf("a")).toBe("1.0");
});

it("names it however often something else has failed there since", async () => {
  await instance("b");
  await fleet.run("b", "shop", "1.0", { outcome: "replaced" });
  await fleet.run("b", "shop", "2.0");
  for (let attempt = 0; attempt < 7; attempt += 1) await fleet.run("b", "shop", "3.0", { outcome: "failed" });
  expect(await targetOf("b")).toBe("1.0");
});

it("does not name what runs, however old that run is", async () => {
  await instance("c");
  await fleet.run("c", "shop", "2.0", { outcome: "replaced" });
  await fleet.run("c", "shop", "1.0");
  await fleet.run("c", "shop", "1.0", { outcome: "replaced" });
  for (let attempt = 0; attempt < 7; attempt += 1) await fleet.run("c", "shop", "3.0", { outcome: "failed" });
  expect(await targetOf("c")).toBe("2.0");
});

it("names none where nothing ran well", async () => {
  await instance("d");
  await fleet.run("d", "shop", "1.0", { outcome: "failed" });
  await fleet.run("d", "shop", "2.0");
  expect(await targetOf("d")).toBeNull();
  await instance("e");
  expect(await targetOf("e")).toBeNull();
});
