import { clickOnceItCounts, goLive, planOf, rollbackBar, rowOf, startNow, watchLayout } from "./console/pages";
import { RELEASES } from "./console/releases";
import { Signal } from "./console/signal";
import { expect, test } from "./console/test";

const LABEL = "Roll back 1.9.0 → 1.8.0 · 2";

test("who comes second sees who is rolling back, and watches", async ({ page, newService, someoneElse }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  const second = await someoneElse("Tomás Silva");
  await goLive(second.page, `/services/${service.name}`);
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: LABEL }).click();

  await expect(second.page.getByText(/Mei Lin started rolling back 1\.9\.0/)).toBeVisible();
  await expect(second.page.getByRole("button", { name: /Roll back 1.9.0|Cancel rollback/ })).toHaveCount(0);
  await startNow(page);
  await second.page.getByRole("main").getByRole("link", { name: "Watch" }).first().click();
  await expect(second.page).toHaveURL(/\/rollouts\/rb-/);
  await expect(second.page.getByText("2 of 2 instances run 1.8.0 and answer.")).toBeVisible();
});

test("two people who click at once start one rollback", async ({ page, newService, someoneElse }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const rollout = await service.deploy(RELEASES.second);
  const second = await someoneElse("Tomás Silva");
  await goLive(page, "/");
  await goLive(second.page, "/");

  // The second one's request is on its way when the first one's arrives.
  const theirs = rowOf(second.page, service.name);
  const arrived = new Signal();
  const sent = new Signal();
  await second.page.route("**/api/v1/services/*/rollback", async (route) => {
    sent.give();
    await arrived.happened;
    await route.continue();
  });
  await theirs.getByRole("button", { name: LABEL }).hover();
  await expect(planOf(second.page)).toContainText(/Mei Lin acted on this service/);
  await theirs.getByRole("button", { name: LABEL }).click();
  const anyway = planOf(second.page).getByRole("button", { name: "Roll back anyway" });
  await clickOnceItCounts(anyway);
  await sent.happened;
  await rowOf(page, service.name).getByRole("button", { name: LABEL }).click();
  await expect(rollbackBar(page)).toContainText(`Rolling ${service.name} back`);
  arrived.give();

  await expect(theirs.getByRole("link", { name: "Watch" })).toBeVisible();
  await startNow(page);
  await service.untilAllRun(RELEASES.first);
  expect(await service.rollbacks()).toMatchObject([{ takes_back: rollout, requested_by: "Mei Lin", status: "succeeded" }]);
});

test("a click whose answer is lost can be repeated safely: it stays one rollback", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await goLive(page, "/");
  let cut = 0;
  await page.route("**/api/v1/services/*/rollback", async (route) => {
    cut += 1;
    if (cut > 1) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.route("**/api/v1/events*", (route) => route.abort());
  const row = rowOf(page, service.name);
  await row.getByRole("button", { name: LABEL }).click();
  await expect.poll(() => service.rollbacks()).toHaveLength(1);
  await expect(
    row.getByRole("button", { name: /Not confirmed|Cancel rollback/ }).or(row.getByRole("link", { name: "Watch" })),
  ).toBeVisible();
  await service.untilAllRun(RELEASES.first);
  expect(await service.rollbacks()).toHaveLength(1);
});

test("a click that arrives after the deployment went back by itself takes nothing back", async ({ page, newService }) => {
  const service = await newService({ instances: 2 });
  await service.deploy(RELEASES.first);
  const running = await service.start(RELEASES.second, { strategy: { canary: 1, wave_size: 1, bake_seconds: 600 } });
  await service.untilStatus(running, "baking");
  await goLive(page, "/");
  const row = rowOf(page, service.name);
  const button = row.getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 1" });
  const late = new Signal();
  await page.route("**/api/v1/services/*/rollback", async (route) => {
    await late.happened;
    await route.continue();
  });
  await button.click();
  await expect(row.getByRole("button", { name: "Sending…" })).toBeVisible();
  await service.killCanary(running);
  await service.untilStatus(running, "rolled_back");
  late.give();

  await expect(row.getByRole("button", { name: /Refused|nothing to take back/ })).toBeVisible();
  expect(await service.rollbacks()).toEqual([]);
  expect(await service.versions()).toEqual(["1.8.0", "1.8.0"]);
  expect((await service.read()).rollback.state).toBe("nothing");
});

test("what one person does moves nothing under another's pointer", async ({ page, newService, someoneElse }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  const other = await someoneElse("Tomás Silva");
  await goLive(page, "/");
  const row = rowOf(page, service.name);
  await row.getByRole("button", { name: LABEL }).hover();
  await expect(planOf(page)).toBeVisible();
  const moved = await watchLayout(page);
  await service.start(RELEASES.third, { by: other.api, strategy: { canary: 1, wave_size: 1, bake_seconds: 600 } });
  await expect(row).toContainText("1.9.1");
  expect((await moved()).filter((each) => each.startsWith("tr"))).toEqual([]);
});
