import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./console/test";

test("a service's settings leave as slipway.yaml and come back by it, with what they change in sight", async ({
  page,
  newService,
}) => {
  const { name } = await newService({ instances: 1 });
  await page.goto(`/services/${name}?tab=settings`);
  const leaving = page.waitForEvent("download");
  await page.getByRole("link", { name: "slipway.yaml" }).click();
  const text = await readFile(await (await leaving).path(), "utf8");
  expect(text).toContain(`name: ${name}\n`);

  await page.getByRole("button", { name: "Import…" }).click();
  const sheet = page.getByRole("dialog", { name: `Import settings of ${name}` });
  const file = sheet.getByLabel("slipway.yaml");
  await file.fill(text);
  await expect(sheet.getByText("The file says what revision 1 says. There is nothing to save.")).toBeVisible();

  await file.fill(text.replace("NODE_ENV: production", "NODE_ENV: production\n    PORT_HINT: 8080"));
  const line = text.split("\n").findIndex((each) => each.includes("NODE_ENV")) + 2;
  await expect(sheet.getByRole("alert")).toContainText(`Line ${line}, column 16`);
  await expect(sheet.getByRole("alert")).toContainText("Must be a text: put it in quotes.");
  await expect(sheet.getByRole("button", { name: "Save" })).toBeDisabled();

  await file.fill(text.replace("NODE_ENV: production", "NODE_ENV: staging"));
  const changes = sheet.getByRole("region", { name: "What it changes" });
  await expect(changes).toContainText("settings.environment.NODE_ENV");
  await expect(changes).toContainText('"production"');
  await expect(changes).toContainText('"staging"');
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
  await sheet.getByRole("button", { name: "Save as revision 2" }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByText("Revision 2")).toBeVisible();
  await expect(page.getByText("NODE_ENV=staging")).toBeVisible();
});
