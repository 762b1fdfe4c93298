import { chooseGrace, clickOnceItCounts, enterOnceItCounts, goLive, planOf, rollbackBar, startNow } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test("past a barrier the click opens the plan, with the reason on top and the focus on the question", async ({
  page,
  newService,
}) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second, { barrier: { reason: "Drops the old tax table" } });
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 2" }).click();
  const anyway = planOf(page).getByRole("button", { name: "Roll back anyway" });
  await expect(anyway).toBeFocused();
  await expect(planOf(page)).toContainText("Drops the old tax table");
  expect(await service.rollbacks()).toEqual([]);

  await clickOnceItCounts(anyway);
  await startNow(page);
  await service.untilAllRun(RELEASES.first);
  await expect(rollbackBar(page)).toContainText("run 1.8.0 again");
});

test("instances that go to different versions are asked about first, and Escape leaves all as it is", async ({
  page,
  newService,
}) => {
  const service = await newService({ instances: 2 });
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second, { instances: [service.instance(0)] });
  await service.deploy(RELEASES.third);
  await goLive(page, "/");
  const button = page
    .getByRole("row")
    .filter({ hasText: service.name })
    .getByRole("button", { name: /^Roll back 1\.9\.1 → / });
  await button.click();
  await expect(planOf(page)).toContainText("Instances go to different versions");
  await expect(planOf(page).getByRole("button", { name: "Roll back anyway" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(planOf(page)).toHaveCount(0);
  await expect(button).toBeFocused();
  expect(await service.rollbacks()).toEqual([]);

  await expect(async () => {
    await page.keyboard.press("Enter");
    await expect(planOf(page).getByRole("button", { name: "Roll back anyway" })).toBeFocused({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await enterOnceItCounts(page, planOf(page).getByRole("button", { name: "Roll back anyway" }));
  await expect(page.getByRole("button", { name: /^Cancel rollback/ })).toBeFocused();
  await expect.poll(() => service.versions(), { timeout: 60_000 }).toEqual(["1.9.0", "1.8.0"]);
});

test("someone else's hand in it a moment ago makes even a quick click ask", async ({ page, newService, someoneElse }) => {
  const service = await newService();
  const other = await someoneElse("Tomás Silva");
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second, { by: other.api });
  await goLive(page, "/");
  const button = page
    .getByRole("row")
    .filter({ hasText: service.name })
    .getByRole("button", { name: /^Roll back 1\.9\.0 → 1\.8\.0/ });
  // Without a moment to point at it: the plan has not come yet.
  await button.evaluate((element) => (element instanceof HTMLElement ? element.click() : undefined));
  await expect(planOf(page)).toContainText("Tomás Silva acted on this service");
  await expect(planOf(page).getByRole("button", { name: "Roll back anyway" })).toBeFocused();
  expect(await service.rollbacks()).toEqual([]);
});

test("who wants to be asked first is asked, and then waits for no grace", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await chooseGrace(page, "Ask first");
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 2" }).click();
  await clickOnceItCounts(planOf(page).getByRole("button", { name: /^Roll back/ }));
  await service.untilAllRun(RELEASES.first);
  expect(await service.rollbacks()).toMatchObject([{ strategy: { grace_seconds: 0 } }]);
});
