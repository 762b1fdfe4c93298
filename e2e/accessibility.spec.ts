import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { goLive } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

for (const path of ["/", "/rollouts", "/changes?span=all", "/hosts", "/hosts?add=true", "/settings"]) {
  test(`the page ${path}`, async ({ page }) => {
    await goLive(page, path);
    await settled(page);
    await check(page, path);
  });
}

test("an address with nothing behind it", async ({ page }) => {
  await page.goto("/nowhere");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await check(page, "/nowhere");
});

test("the service's pages and the Deploy sheet", async ({ page, newService }) => {
  test.slow();
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second, { instances: [service.instance(0)] });
  for (const tab of ["instances", "versions", "rollouts", "settings"]) {
    await goLive(page, `/services/${service.name}?tab=${tab}`);
    await settled(page);
    await check(page, tab);
  }
  await goLive(page, `/instances/${service.instance(0)}`);
  await settled(page);
  await check(page, "instance");
  await goLive(page, `/services/${service.name}?deploy=${service.name}&version=1.9.0`);
  await expect(page.getByRole("dialog").getByRole("button", { name: /^Start/ })).toBeEnabled();
  await check(page, "deploy sheet");
});

test("a rollout that is live, one that failed, and the rollback of it", async ({ page, newService }) => {
  test.slow();
  const service = await newService();
  await service.deploy(RELEASES.first);
  const failed = await service.deploy(RELEASES.exits);
  await goLive(page, `/rollouts/${failed}`);
  await settled(page);
  await check(page, "failed rollout");

  const live = await service.start(RELEASES.second, { strategy: { canary: 1, wave_size: 1, bake_seconds: 600 } });
  await service.untilStatus(live, "baking");
  await goLive(page, `/rollouts/${live}`);
  await settled(page);
  await check(page, "live rollout");
});

test("the plan of a rollback, open", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second, { barrier: { reason: "Drops the old tax table" } });
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: /^Roll back 1\.9\.0/ }).click();
  await expect(page.getByRole("button", { name: "Roll back anyway" })).toBeFocused();
  await check(page, "plan");
});

async function settled(page: Page): Promise<void> {
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

/** In light and dark, wide and narrow: nothing serious, nothing critical. A theme changes colours and nothing else. */
async function check(page: Page, what: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const axe = new AxeBuilder({ page });
      const { violations } = await (colorScheme === "light" ? axe.withTags(WCAG) : axe.withRules(["color-contrast"])).analyze();
      const grave = violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
      expect.soft(grave, `${what}, ${colorScheme}, ${size.width} px`).toEqual([]);
    }
  }
}
