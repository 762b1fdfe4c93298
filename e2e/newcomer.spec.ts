import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { freePorts } from "./console/ports";
import { RELEASES } from "./console/releases";
import { consoleUrl, expect, test } from "./console/test";
import { type RunningSlipway, startSlipway } from "./setup/slipway";

test.describe("an empty console", () => {
  let empty: RunningSlipway;

  test.beforeAll(async () => {
    empty = await startSlipway({ SLIPWAY_DEMO: "0", SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1" });
  });
  test.afterAll(() => empty.stop());

  test("leads by its pages alone from nothing to a first deployment, and back to nothing", async ({ page }) => {
    test.setTimeout(180_000);
    const [port = 0] = await freePorts(1);

    await test.step("a host", async () => {
      await page.goto(empty.url);
      await expect(page.getByText("No services yet")).toBeVisible();
      await page.getByRole("link", { name: "Add the first host" }).click();
      const sheet = page.getByRole("dialog", { name: "Add a host" });
      await sheet.getByRole("button", { name: "Add host" }).click();
      await expect(
        sheet.getByText("Letters, digits, dots, dashes and underscores; a letter or digit at both ends."),
      ).toBeVisible();
      await expectAccessible(page);
      await sheet.getByLabel("Name").fill("ams-1");
      await expect(sheet.getByLabel("Folder")).toHaveValue("/srv/slipway/ams-1");
      await sheet.getByLabel("Folder").fill(`${empty.data}/hosts/ams-1`);
      await sheet.getByLabel("Labels").fill("rack=b2");
      await sheet.getByRole("button", { name: "Add host" }).click();
      await expect(sheet).toBeHidden();
      await expect(page.getByRole("row").filter({ hasText: "ams-1" })).toBeVisible();
    });

    await test.step("a service", async () => {
      await page.getByRole("link", { name: "Add a service" }).click();
      const sheet = page.getByRole("dialog", { name: "Add a service" });
      await sheet.getByLabel("Name", { exact: true }).fill("hello");
      await sheet.getByLabel("Start command").fill(`${process.execPath}\nserver.mjs`);
      await expectAccessible(page);
      await sheet.getByRole("button", { name: "Add service" }).click();
      await expect(page.getByRole("heading", { name: "hello" })).toBeVisible();
    });

    await test.step("instances", async () => {
      await page.getByRole("button", { name: "Add instances" }).click();
      const sheet = page.getByRole("dialog", { name: "Add instances of hello" });
      await expect(sheet.getByRole("checkbox", { name: "ams-1" })).toBeChecked();
      await sheet.getByLabel("On each host").fill("2");
      await sheet.getByLabel("First port").fill(String(port));
      await expect(sheet.getByRole("region", { name: "What is added" })).toContainText(`hello-01ams-1:${port}`);
      await expectAccessible(page);
      await sheet.getByRole("button", { name: "Add 2 instances" }).click();
      await expect(sheet).toBeHidden();
      await expect(page.getByRole("row").filter({ hasText: "hello-02" })).toBeVisible();
    });

    await test.step("the first version", async () => {
      await page.getByRole("button", { name: "Deploy the first version" }).click();
      const sheet = page.getByRole("dialog", { name: "Deploy hello" });
      const version = sheet.getByRole("combobox", { name: "Version" });
      await version.fill(RELEASES.first.version);
      await expect(page.getByRole("listbox"), "no list is open where none fits").toBeHidden();
      await sheet.getByLabel("Package URL").fill(`${consoleUrl()}${RELEASES.first.path}`);
      await sheet.getByRole("button", { name: "All at once" }).click();
      await sheet.getByRole("button", { name: "Start" }).click();
      await expect(page.getByText(`2 of 2 instances run ${RELEASES.first.version} and answer.`)).toBeVisible({ timeout: 60_000 });
    });

    await test.step("what is not needed any more goes", async () => {
      await page.goto(`${empty.url}/services/hello`);
      await expect(page.getByRole("link", { name: "hello-02" }), "both are loaded").toBeVisible();
      await page.getByRole("checkbox", { name: "Select all that are loaded" }).click();
      await page.getByRole("button", { name: "Retire 2…" }).click();
      await expectAccessible(page);
      await page.getByRole("dialog").getByRole("button", { name: "Retire 2" }).click();
      await expect(page.getByText("No instances yet")).toBeVisible();
      await page.getByRole("tab", { name: "Settings" }).click();
      await page.getByRole("button", { name: "Remove hello" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove hello" }).click();
      await expect(page.getByText("No services yet")).toBeVisible();
      await page.goto(`${empty.url}/hosts`);
      await page.getByRole("button", { name: "More for ams-1" }).click();
      await page.getByRole("menuitem", { name: "Drain…" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Drain" }).click();
      await expect(page.getByRole("row").filter({ hasText: "ams-1" })).toContainText("Takes nothing new");
      await page.getByRole("button", { name: "More for ams-1" }).click();
      await page.getByRole("menuitem", { name: "Retire…" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
      await expect(page.getByText("There are no hosts yet")).toBeVisible();
    });
  });
});

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
}
