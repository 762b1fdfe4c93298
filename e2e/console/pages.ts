import { expect, type Locator, type Page } from "@playwright/test";
import type { RolloutTargetWire } from "@/lib/api/contract";
import statuses from "../../messages/en/statuses.json" with { type: "json" };

const PATIENCE_MS = 30_000;

/** The row of a service on the Fleet page, or of an instance on its service's page. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** One run in an instance's version history. */
export function runOf(page: Page, version: string): Locator {
  return page.getByRole("listitem").filter({ has: page.getByRole("checkbox", { name: `Compare the run of ${version}` }) });
}

/** An instance on a rollout's page, in that state. */
export function tile(page: Page, instance: string, status: RolloutTargetWire["status"]): Locator {
  return page.getByRole("button", { name: `${instance} · ${statuses.target[status]}` });
}

/** What became of the last rollback that this tab started. */
export function rollbackBar(page: Page): Locator {
  return page.locator("[data-rollback-bar]");
}

/** Ends the grace at once. */
export async function startNow(page: Page): Promise<void> {
  await rollbackBar(page).getByRole("button", { name: "Start now" }).click();
}

/** A person's own setting: how long a rollback can be cancelled. */
export async function chooseGrace(page: Page, choice: "30 seconds" | "Ask first"): Promise<void> {
  await page.goto("/settings");
  const radio = page.getByRole("radio", { name: choice });
  await radio.click();
  await expect(radio).toBeChecked();
}

/** The plan of the one rollback that is pointed at. */
export function planOf(page: Page): Locator {
  return page.getByRole("dialog").filter({ has: page.getByText("From → to") });
}

/** Opens a page and waits until its event stream is open: from here on it changes by itself. */
export function goLive(page: Page, path: string): Promise<void> {
  return goLiveIn(page, path, "Live");
}

/** The same where "Live" is called otherwise. */
export async function goLiveIn(page: Page, path: string, live: string): Promise<void> {
  await page.goto(path);
  // An open sheet hides the page behind it from assistive technology.
  await expect(page.getByRole("status", { includeHidden: true }).getByText(live, { exact: true })).toBeAttached();
}

/** Leaves a mark that a reload would wipe away. Call what it returns to see whether it is still there. */
export async function markPage(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    document.documentElement.dataset.mark = "here";
  });
  return () => expect(page.locator("html[data-mark=here]"), "the page was not loaded again").toHaveCount(1);
}

/**
 * Notes where every row, heading, tab, button and link of the page stands. What it returns tells how far each of them has moved
 * since, by what it is; nothing when none has. What was added since may stand where there was room, and what is gone has moved
 * nothing if all the others stand where they stood: other people's rollouts begin and end while one is watched.
 */
export async function watchLayout(page: Page): Promise<() => Promise<readonly string[]>> {
  const before = await page.locator("main").evaluateHandle((main) =>
    [...main.querySelectorAll("h1, h2, tr, button, a, [role=tab]")].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { element, what: `${element.localName} "${element.textContent}"`, at: [x, y, width, height] };
    }),
  );
  return () =>
    before.evaluate((all) =>
      all.flatMap(({ element, what, at }) => {
        if (!element.isConnected) return [];
        const { x, y, width, height } = element.getBoundingClientRect();
        const moved = [x, y, width, height].map((now, index) => Math.round(now - (at[index] ?? now)));
        return moved.every((each) => each === 0) ? [] : [`${what}: ${moved.join(" ")}`];
      }),
    );
}

/** Presses a button that takes no clicks in the first moment after it appears, so that a double-click never hits it. */
export async function clickOnceItCounts(button: Locator): Promise<void> {
  await expect(button).toBeVisible();
  await expect(async () => {
    if ((await button.count()) > 0) await button.click({ timeout: 1_000 });
    await expect(button).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: PATIENCE_MS });
}

/** The same for the one that has the focus. */
export async function enterOnceItCounts(page: Page, focused: Locator): Promise<void> {
  await expect(focused).toBeFocused();
  await expect(async () => {
    if ((await focused.count()) > 0) await page.keyboard.press("Enter");
    await expect(focused).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: PATIENCE_MS });
}
