import type { Page } from "@playwright/test";
import { goLive, planOf, rollbackBar, rowOf, runOf, startNow, watchLayout } from "./console/pages";
import { RELEASES } from "./console/releases";
import type { TestService } from "./console/service";
import { expect, test } from "./console/test";

const LABEL = "Roll back 1.9.0 → 1.8.0 · 2";

const ONE_CLICK = [
  { place: "a row of the Fleet page", path: () => "/", scope: (page: Page, service: TestService) => rowOf(page, service.name) },
  {
    place: "the service's page",
    path: (service: TestService) => `/services/${service.name}`,
    scope: (page: Page) => page.getByRole("main"),
  },
  {
    place: "the rollout's page",
    path: (_: TestService, rollout: string) => `/rollouts/${rollout}`,
    scope: (page: Page) => page.getByRole("main"),
  },
] as const;

for (const { place, path, scope } of ONE_CLICK) {
  test(`one click on ${place} says what it does, shows its plan, moves nothing, and takes the rollout back`, async ({
    page,
    newService,
  }) => {
    const service = await newService();
    await service.deploy(RELEASES.first);
    const rollout = await service.deploy(RELEASES.second);
    await goLive(page, path(service, rollout));
    const button = scope(page, service).getByRole("button", { name: LABEL });
    await button.hover();
    await expect(planOf(page)).toContainText("1.9.0 → 1.8.0");
    await expect(planOf(page)).toContainText("One click starts it. 5 seconds to cancel.");
    const moved = await watchLayout(page);

    await button.click();
    await expect(scope(page, service).getByRole("button", { name: /^Cancel rollback · \d$/ })).toBeVisible();
    expect(await moved()).toEqual([]);
    await startNow(page);

    await service.untilAllRun(RELEASES.first);
    await expect(rollbackBar(page)).toContainText(`2 instances of ${service.name} run 1.8.0 again.`);
    const [rollback] = await service.rollbacks();
    expect(rollback).toMatchObject({ takes_back: rollout, status: "succeeded", requested_by: "Mei Lin" });
  });

  test(`the keyboard alone rolls back from ${place}`, async ({ page, newService }) => {
    const service = await newService();
    await service.deploy(RELEASES.first);
    const rollout = await service.deploy(RELEASES.second);
    await goLive(page, path(service, rollout));
    const button = scope(page, service).getByRole("button", { name: LABEL });
    await tabTo(page, () => button.evaluate((element) => element === document.activeElement));
    await expect(planOf(page)).toContainText("1.9.0 → 1.8.0");
    await page.keyboard.press("Enter");
    await expect(scope(page, service).getByRole("button", { name: /^Cancel rollback · \d$/ })).toBeFocused();
    await startNow(page);
    await service.untilAllRun(RELEASES.first);
    expect(await service.rollbacks()).toHaveLength(1);
  });
}

const NAMED = [
  { place: "the instance's page", scope: (page: Page) => page.getByRole("main"), label: "Roll back to 1.8.0" },
  { place: "a row of its history", scope: (page: Page) => runOf(page, "1.8.0"), label: "Roll back to this" },
] as const;

for (const { place, scope, label } of NAMED) {
  for (const by of ["mouse", "keyboard"] as const) {
    test(`"${label}" on ${place} takes this one instance back, by ${by}`, async ({ page, newService }) => {
      const service = await newService();
      await service.deploy(RELEASES.first);
      await service.deploy(RELEASES.second);
      await goLive(page, `/instances/${service.instance(0)}`);
      const button = scope(page).getByRole("button", { name: label });
      if (by === "mouse") {
        await button.hover();
        await expect(planOf(page)).toContainText("1 instance, now on 1.9.0");
        const moved = await watchLayout(page);
        await button.click();
        await expect(scope(page).getByRole("button", { name: /^Cancel rollback · \d$/ })).toBeVisible();
        expect(await moved()).toEqual([]);
      } else {
        await tabTo(page, () => button.evaluate((element) => element === document.activeElement));
        await expect(planOf(page)).toContainText("1 instance, now on 1.9.0");
        await page.keyboard.press("Enter");
        await expect(scope(page).getByRole("button", { name: /^Cancel rollback · \d$/ })).toBeFocused();
      }
      await startNow(page);
      await expect.poll(() => service.versions()).toEqual(["1.8.0", "1.9.0"]);
      await expect(
        page
          .getByRole("listitem")
          .filter({ has: page.getByRole("checkbox") })
          .first(),
      ).toContainText("1.8.0");
    });
  }
}

const MOST_STOPS = 120;

/** Presses Tab as a person would, until it is there. */
async function tabTo(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await isThere()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached within ${MOST_STOPS} presses of Tab`);
}
