import { chooseGrace, clickOnceItCounts, goLive, planOf, rollbackBar, rowOf, startNow } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

const LABEL = "Roll back 1.9.0 → 1.8.0 · 2";

test("a rollback cancelled in its grace changes nothing", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await chooseGrace(page, "30 seconds");
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: LABEL }).click();
  await clickOnceItCounts(page.getByRole("button", { name: /^Cancel rollback/ }));

  await expect(rollbackBar(page)).toContainText(`Cancelled before it began: ${service.name} runs 1.9.0 as before.`);
  await expect(page.getByRole("button", { name: LABEL })).toBeVisible();
  const [rollback] = await service.rollbacks();
  expect(rollback).toMatchObject({ status: "cancelled", counts: {} });
  expect(await service.versions()).toEqual(["1.9.0", "1.9.0"]);
  expect((await service.read()).hold).toBeNull();
});

test("a deployment that a cancelled rollback held goes on to its end", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await chooseGrace(page, "30 seconds");
  await goLive(page, `/services/${service.name}`);
  const running = await service.start(RELEASES.second, { strategy: { canary: 1, wave_size: 1, bake_seconds: 8 } });
  await page.getByRole("button", { name: /^Roll back 1\.9\.0 → 1\.8\.0 · \d$/ }).click();
  await expect(rollbackBar(page)).toContainText(`${running} begins nothing more, and goes on if you cancel.`);
  expect((await service.rollout(running)).held_by).not.toBeNull();
  await clickOnceItCounts(page.getByRole("button", { name: /^Cancel rollback/ }));

  await service.untilStatus(running, "succeeded");
  expect(await service.versions()).toEqual(["1.9.0", "1.9.0"]);
  await expect(page.getByRole("button", { name: LABEL })).toBeVisible();
});

test("a double-click starts one rollback, does not cancel it, and after the grace it begins by itself", async ({
  page,
  newService,
}) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await goLive(page, "/");
  await rowOf(page, service.name).getByRole("button", { name: LABEL }).dblclick();
  await expect(rollbackBar(page)).toContainText(`Rolling ${service.name} back 1.9.0 → 1.8.0 on 2 instances`);
  await service.untilAllRun(RELEASES.first);
  const rollbacks = await service.rollbacks();
  expect(rollbacks.map(({ status }) => status)).toEqual(["succeeded"]);
});

test("once a deployment went back by itself there is nothing to take back, and never an older one", async ({
  page,
  newService,
}) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  const bad = await service.start(RELEASES.third, { strategy: { canary: 1, wave_size: 1, bake_seconds: 600 } });
  await service.untilStatus(bad, "baking");
  await goLive(page, "/");
  const row = rowOf(page, service.name);
  await expect(row.getByRole("button", { name: "Roll back 1.9.1 → 1.9.0 · 1" })).toBeVisible();
  await service.killCanary(bad);
  await expect(row).toContainText("Reverted 1.9.1");

  const idle = row.getByRole("button", { name: "nothing to take back" });
  await expect(idle).toBeDisabled();
  await expect(idle).toHaveAttribute("title", "Nothing to take back. Runs 1.9.0.");
  await idle.click({ force: true });
  expect(await service.rollbacks()).toEqual([]);
  expect(await service.versions()).toEqual(["1.9.0", "1.9.0"]);
});

test("while a deployment runs, a rollback takes its place and brings the instances back", async ({ page, newService }) => {
  const service = await newService({ instances: 3 });
  await service.deploy(RELEASES.first);
  const running = await service.start(RELEASES.second, { strategy: { canary: 1, wave_size: 1, bake_seconds: 600 } });
  await service.untilStatus(running, "baking");
  await goLive(page, `/rollouts/${running}`);
  const button = page.getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 1" });
  await button.hover();
  await expect(planOf(page)).toContainText(`replaces running ${running}`);
  await button.click();
  await startNow(page);

  await service.untilAllRun(RELEASES.first);
  const [rollback] = await service.rollbacks();
  await expect(page.getByText("Replaced", { exact: true })).toBeVisible();
  await expect(page.getByText(`${rollback?.id} took its place.`, { exact: false })).toBeVisible();
  await service.untilStatus(running, "superseded");
});
