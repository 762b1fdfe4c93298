import { goLive, markPage, rowOf, tile } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test("a good version from the Deploy sheet reaches every instance before one's eyes", async ({ page, context, newService }) => {
  const service = await newService({ instances: 3 });
  await service.deploy(RELEASES.first);
  const watching = await context.newPage();
  await goLive(watching, `/services/${service.name}`);
  const watchedWithoutReload = await markPage(watching);
  for (const id of service.instances) await expect(rowOf(watching, id)).toContainText("1.8.0");

  await goLive(page, `/services/${service.name}`);
  const withoutReload = await markPage(page);
  await page.getByRole("main").getByRole("button", { name: "Deploy", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: `Deploy ${service.name}` });
  await sheet.getByRole("combobox", { name: "Version" }).fill("1.9.0");
  await page.keyboard.press("Tab");
  await sheet.getByRole("textbox", { name: "Package URL" }).fill(service.urlOf(RELEASES.second));
  await expect(sheet.getByText("found", { exact: true })).toBeVisible();
  await sheet.getByRole("button", { name: "All at once" }).click();
  await expect(sheet.getByText("Prepares 1 host first, then 1 wave")).toBeVisible();
  await sheet.getByRole("textbox", { name: "Reason" }).fill("Invoices as attachments");
  await sheet.getByRole("button", { name: /^Start/ }).click();

  await expect(page).toHaveURL(/\/rollouts\/ro-/);
  for (const id of service.instances) await expect(tile(page, id, "succeeded")).toBeVisible();
  await expect(page.getByText("3 of 3 instances run 1.9.0 and answer.")).toBeVisible();
  await expect(page.getByRole("log")).toContainText(`${service.instance(2)} runs 1.9.0`);
  await withoutReload();

  for (const id of service.instances) await expect(rowOf(watching, id)).toContainText("1.9.0");
  await watchedWithoutReload();
});

test("the versions, the rollouts and the instance's history tell what was deployed", async ({ page, newService }) => {
  const service = await newService({ instances: 2 });
  await service.deploy(RELEASES.first);
  const second = await service.deploy(RELEASES.second);

  await goLive(page, `/services/${service.name}?tab=versions`);
  await expect(page.getByRole("row").filter({ hasText: "1.9.0" })).toContainText("2 instances");
  await expect(page.getByRole("row").filter({ hasText: "1.8.0" })).toContainText("nowhere");

  await page.getByRole("tab", { name: "Rollouts" }).click();
  await expect(rowOf(page, second)).toContainText("1.8.0 → 1.9.0");
  await expect(rowOf(page, second)).toContainText("Done");

  await page.goto(`/instances/${service.instance(0)}`);
  const runs = page.getByRole("listitem").filter({ has: page.getByRole("checkbox") });
  await expect(runs).toHaveCount(2);
  await expect(runs.nth(0)).toContainText("1.9.0");
  await expect(runs.nth(0)).toContainText(second);
  await expect(runs.nth(0)).toContainText("Mei Lin");
  await expect(runs.nth(1)).toContainText("replaced by 1.9.0");
});

test("an address that holds no package is said before anything starts", async ({ page, newService }) => {
  const service = await newService();
  await page.goto(`/services/${service.name}?deploy=${service.name}`);
  const sheet = page.getByRole("dialog", { name: `Deploy ${service.name}` });
  await sheet.getByRole("combobox", { name: "Version" }).fill("9.9.9");
  await page.keyboard.press("Tab");
  await sheet
    .getByRole("textbox", { name: "Package URL" })
    .fill(service.urlOf({ version: "9.9.9", path: "/shelf/none/none-9.9.9.zip" }));
  await expect(sheet.getByText(/^This address cannot be used/)).toBeVisible();
  expect(await service.rollouts()).toEqual([]);
});

test("a deployment under way is paused from the Fleet page, and goes on", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const live = await service.start(RELEASES.second, { strategy: { canary: 1, wave_size: 1, bake_seconds: 600 } });
  await service.untilStatus(live, "baking");
  await goLive(page, "/");
  const row = page.getByRole("region", { name: "Under way" }).getByRole("listitem").filter({ hasText: service.name });
  await row.getByRole("button", { name: "Pause" }).click();
  await expect(row.getByRole("button", { name: "Go on" })).toBeVisible();
  expect((await service.rollout(live)).status).toBe("paused");
  await row.getByRole("button", { name: "Go on" }).click();
  await expect(row.getByRole("button", { name: "Pause" })).toBeVisible();
});
