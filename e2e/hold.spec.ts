import { goLive, startNow } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test("after a rollback deployments are held, with who and why, until a person releases them", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 2" }).click();
  await startNow(page);
  await service.untilAllRun(RELEASES.first);

  const banner = page.getByText("Deployments are held.");
  await expect(banner).toBeVisible();
  await expect(page.getByText(/By Mei Lin, /)).toBeVisible();
  const [rollback] = await service.rollbacks();
  await expect(page.getByRole("main").getByRole("link", { name: rollback?.id, exact: true })).toBeVisible();

  await page.getByRole("main").getByRole("button", { name: "Deploy", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: `Deploy ${service.name}` });
  await expect(sheet.getByText("Mei Lin holds deployments of this service")).toBeVisible();
  await sheet.getByRole("combobox", { name: "Version" }).fill("1.9.0");
  await page.keyboard.press("Tab");
  await expect(sheet.getByRole("button", { name: /^Start/ })).toBeDisabled();

  await sheet.getByRole("button", { name: "Release" }).click();
  await page
    .getByRole("dialog", { name: `Let ${service.name} be deployed again?` })
    .getByRole("button", { name: "Release" })
    .click();
  await expect(sheet.getByText("Mei Lin holds deployments of this service")).toHaveCount(0);
  await sheet.getByRole("button", { name: "All at once" }).click();
  await sheet.getByRole("button", { name: /^Start/ }).click();
  await expect(page).toHaveURL(/\/rollouts\/ro-/);
  await service.untilAllRun(RELEASES.second);
});

test("a pipeline is refused while deployments are held, and told by whom", async ({ page, api, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await api.post(`/services/${service.name}/hold`, { reason: "Taxes are filed tonight" });
  const refused = await api.refused("/deployments", service.params(RELEASES.second));
  expect(refused).toMatchObject({ status: 409, code: "held" });
  expect(refused.detail).toContain("Mei Lin");
  expect(refused.detail).toContain("Taxes are filed tonight");

  await goLive(page, `/services/${service.name}`);
  await expect(page.getByText("Reason: Taxes are filed tonight.")).toBeVisible();
  await page.getByRole("button", { name: "Release" }).click();
  await expect(page.getByText("Deployments are held.")).toHaveCount(0);
  await service.deploy(RELEASES.second);
  expect(await service.versions()).toEqual(["1.9.0", "1.9.0"]);
});
