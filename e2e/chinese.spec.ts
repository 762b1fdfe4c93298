import type { Page } from "@playwright/test";
import { goLiveIn, rollbackBar, rowOf } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test.use({ locale: "zh-CN", person: "林梅" });

const LIVE = "实时";

test("one rollback from the first look to the last word, in 简体中文", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const rollout = await service.deploy(RELEASES.second);
  await goLiveIn(page, "/", LIVE);
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(page.getByRole("heading", { level: 1, name: "总览" })).toBeVisible();

  const button = rowOf(page, service.name).getByRole("button", { name: "回滚 1.9.0 → 1.8.0 · 2" });
  await button.hover();
  const plan = page.getByRole("dialog").filter({ hasText: `撤回 ${rollout}` });
  await expect(plan).toContainText("单击即开始，5 秒内可取消。");
  await button.click();
  await expect(rowOf(page, service.name).getByRole("button", { name: /^取消回滚（\d）$/ })).toBeVisible();
  await expect(rollbackBar(page)).toContainText(`正在回滚 ${service.name}：1.9.0 → 1.8.0，共 2 个实例`);
  await rollbackBar(page).getByRole("button", { name: "立即开始" }).click();
  await service.untilAllRun(RELEASES.first);
  await expect(rollbackBar(page)).toContainText(`${service.name} 的 2 个实例已恢复运行 1.8.0。`);

  await rollbackBar(page).getByRole("link", { name: "查看经过" }).click();
  await expect(page.getByText("2 个实例中有 2 个运行 1.8.0并正常应答。")).toBeVisible();
  await expect(page.getByRole("log")).toContainText("回滚");
});

test("no English sentence is left on any page", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const bad = await service.deploy(RELEASES.exits);
  const pages = [
    "/",
    ...["instances", "versions", "rollouts", "settings"].map((tab) => `/services/${service.name}?tab=${tab}`),
    `/services/${service.name}?deploy=${service.name}`,
    `/instances/${service.instance(0)}`,
    `/rollouts/${bad}`,
    "/rollouts",
    "/changes?span=all",
    "/hosts",
    "/settings",
  ];
  for (const path of pages) {
    await goLiveIn(page, path, LIVE);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    expect.soft(await englishOn(page), path).toEqual([]);
  }
  await page.goto("/nowhere");
  expect.soft(await englishOn(page), "a page that is not there").toEqual([]);
});

test("the language is switched in place, and kept", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Fleet" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Fleet" })).toBeVisible();
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "总览" })).toBeVisible();
});

/** Words that stay as they are in every language: names of things, units, keys, and what a program wrote. */
const NEUTRAL =
  /^(slipway|english|ctrl|enter|esc|url|sha|json|http|https|healthz|version|tar|zip|kb|mb|ms|term|node|server|mjs|name|secret|api|post|hosts|v)$/i;

/** What names and labels things on the page, cut to the words in Latin letters that are nobody's name. */
function englishOn(page: Page): Promise<readonly string[]> {
  return page.evaluate((neutral) => {
    const known = new RegExp(neutral, "i");
    const named = "nav a, h1, h2, h3, th, dt, label, legend, button, [role=tab], [role=status], p";
    const found: string[] = [];
    for (const element of document.querySelectorAll(named)) {
      if (element.closest("[lang]:not(html), pre, [role=log]") !== null) continue;
      const copy = element.cloneNode(true);
      if (!(copy instanceof Element)) continue;
      for (const name of copy.querySelectorAll(".font-mono, a[href^='/'], b, kbd, time")) name.remove();
      const text = [copy.textContent, element.getAttribute("aria-label"), element.getAttribute("title")].join(" ");
      const words = (text.match(/[A-Za-z][A-Za-z'-]{2,}(?![\w.:/-])/g) ?? []).filter((word) => !known.test(word));
      // One word may be a name; a sentence has several.
      if (words.length >= 2) found.push(text.trim());
    }
    return found;
  }, NEUTRAL.source);
}
