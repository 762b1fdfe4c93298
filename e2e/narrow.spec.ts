import type { Page } from "@playwright/test";
import { goLive, planOf, rowOf, startNow } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("no page scrolls sideways, and no action is off the screen", async ({ page, newService }) => {
  test.slow();
  const service = await newService();
  await service.deploy(RELEASES.first);
  const failed = await service.deploy(RELEASES.exits);
  await service.deploy(RELEASES.second);
  const pages = [
    "/",
    ...["instances", "versions", "rollouts", "settings"].map((tab) => `/services/${service.name}?tab=${tab}`),
    `/services/${service.name}?deploy=${service.name}&version=1.9.0`,
    `/instances/${service.instance(0)}`,
    `/rollouts/${failed}`,
    "/rollouts",
    "/changes?span=all",
    "/hosts",
    "/settings",
  ];
  for (const path of pages) {
    await expectToFitWhileLoading(page, path, /\/api\/v1\/(?!events)/);
    await goLive(page, path);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    expect.soft(await sidewaysBy(page), `${path} scrolls sideways by`).toBe(0);
    expect.soft(await offScreen(page), `${path} has actions off the screen`).toEqual([]);
  }
  await expectToFitWhileLoading(page, `/instances/${service.instance(0)}`, /\/activations/, "Version history");
  await expectToFitWhileLoading(page, `/rollouts/${failed}`, /\/rollouts\/[^/]+\/log/, "Events");
});

test("by touch, the first tap shows the plan and the second starts it", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await goLive(page, "/");
  const button = rowOf(page, service.name).getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 2" });
  await button.tap();
  await expect(planOf(page)).toContainText("1.9.0 → 1.8.0");
  expect(await service.rollbacks()).toEqual([]);
  await button.tap();
  await expect(rowOf(page, service.name).getByRole("button", { name: /^Cancel rollback/ })).toBeVisible();
  await startNow(page);
  await service.untilAllRun(RELEASES.first);
});

const NEVER = new Promise<never>(() => undefined);

/** While a card waits for its answer, its page is as wide as afterwards. */
async function expectToFitWhileLoading(page: Page, path: string, answers: RegExp, card?: string): Promise<void> {
  await page.route(answers, () => NEVER);
  await page.goto(path);
  // An open sheet hides the page behind it from assistive technology.
  const waiting = card === undefined ? page.locator("main") : page.getByRole("heading", { name: card, exact: true });
  await expect(waiting).toBeVisible();
  expect.soft(await sidewaysBy(page), `${path} scrolls sideways while it waits for ${answers} by`).toBe(0);
  await page.unroute(answers);
}

function sidewaysBy(page: Page): Promise<number> {
  return page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    return root.scrollWidth - root.clientWidth;
  });
}

/** Buttons and links that stand beyond either edge. A row of tabs scrolls by itself. */
function offScreen(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("main button, main a, [role=dialog] button")]
      .filter((element) => element.checkVisibility() && element.closest("[role=tablist]") === null)
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < 0 || right > document.documentElement.clientWidth);
      })
      .map((element) => element.textContent || element.outerHTML.slice(0, 120)),
  );
}
