import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { TestServer } from "@/lib/deploy/hosts/testing/ssh-host";
import { fingerprintOf } from "@/lib/host-key";
import { freePorts } from "./console/ports";
import { uniqueId } from "./console/service";
import { expect, test } from "./console/test";
import { DATA_FOLDER } from "./setup/console-url";

test.describe("hosts over SSH", () => {
  const key = uniqueId("key");
  let server: TestServer;

  test.beforeAll(async () => {
    server = await TestServer.open();
    const keys = path.join(process.env[DATA_FOLDER] ?? "", "ssh");
    await mkdir(keys, { recursive: true, mode: 0o700 });
    await copyFile(path.join(server.folder, "id"), path.join(keys, key));
  });
  test.afterAll(() => server.dispose());

  test("many are added from a list: their keys are shown and accepted together, trouble is told by its line", async ({
    page,
    api,
  }) => {
    const { user, port } = server.target();
    const [one, two, lost] = [uniqueId("h"), uniqueId("h"), uniqueId("h")];
    const [closed = 0] = await freePorts(1);
    const way = (name: string, at: number) => `${name} ${user}@127.0.0.1:${at} root=${server.folder}/${name} key=${key} rack=b2`;
    await page.goto("/hosts");
    await page.getByRole("button", { name: "Add many" }).click();
    const sheet = page.getByRole("dialog", { name: "Add many hosts" });
    await sheet
      .getByLabel("Hosts, one a line")
      .fill(`# three of them\n${way(one, port)}\n${way(two, port)}\n${way(lost, closed)}\nthis is not a host at all\n`);
    await expect(sheet.getByRole("region", { name: "Not taken from the text" })).toContainText("Line 5");
    const row = (name: string) => sheet.getByRole("row").filter({ hasText: name });

    await sheet.getByRole("button", { name: "Check 3" }).click();
    for (const name of [one, two]) await expect(row(name)).toContainText(fingerprintOf(server.hostKey));
    await expect(row(lost)).toContainText(`${lost} refuses connections to port ${closed} of 127.0.0.1`);
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);

    await sheet.getByRole("button", { name: "Accept these 2 keys" }).click();
    await sheet.getByRole("button", { name: "Add 2 hosts" }).click();
    await expect(sheet.getByRole("status").filter({ hasText: "3 hosts, 2 added, 1 with something to mend" })).toBeVisible();
    await sheet.getByRole("button", { name: "Close" }).last().click();
    await expect(page.getByRole("row").filter({ hasText: two })).toContainText("Answers");
    await expect(page.getByRole("row").filter({ hasText: lost })).toHaveCount(0);

    await test.step("one that was set up anew is trusted again by its menu", async () => {
      const before = fingerprintOf(server.hostKey);
      await server.stop();
      await server.start({ newKey: true });
      await page.getByRole("button", { name: `More for ${one}` }).click();
      await page.getByRole("menuitem", { name: "Check…" }).click();
      const dialog = page.getByRole("dialog", { name: `Check of ${one}` });
      await expect(dialog.getByText(`accepted was ${before}, shown is ${fingerprintOf(server.hostKey)}`)).toBeVisible();
      await dialog.getByRole("checkbox", { name: "This is its key" }).click();
      await dialog.getByRole("button", { name: "Accept the new key" }).click();
      await expect(dialog.getByText("The host can carry instances.")).toBeVisible();
    });
    for (const name of [one, two]) await api.delete(`/hosts/${name}`);
  });
});
