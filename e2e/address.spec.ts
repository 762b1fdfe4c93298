import { chooseGrace, clickOnceItCounts, goLive, rowOf, tile } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test("a reload in the middle of a rollout goes on where it was", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const rollout = await service.start(RELEASES.second, {
    strategy: { canary: 1, wave_size: 1, bake_seconds: 4, grace_seconds: 300 },
  });
  await goLive(page, `/rollouts/${rollout}`);
  await service.act(rollout, "start_now");
  await expect(tile(page, service.instance(0), "succeeded")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("log")).toContainText("Deployment accepted");
  for (const id of service.instances) await expect(tile(page, id, "succeeded")).toBeVisible();
  await expect(page.getByText("2 of 2 instances run 1.9.0 and answer.")).toBeVisible();
});

test("a reload in the grace of a rollback keeps its countdown where it was started", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second);
  await chooseGrace(page, "30 seconds");
  await goLive(page, `/services/${service.name}`);
  await page.getByRole("button", { name: "Roll back 1.9.0 → 1.8.0 · 2" }).click();
  const cancel = page.getByRole("button", { name: /^Cancel rollback · \d+$/ });
  await expect(cancel).toBeVisible();
  await page.reload();
  await clickOnceItCounts(cancel);
  await expect.poll(async () => (await service.rollbacks()).map(({ status }) => status)).toEqual(["cancelled"]);
});

test("two browsers see the same rollout, event by event", async ({ page, newService, someoneElse }) => {
  const service = await newService({ instances: 2 });
  await service.deploy(RELEASES.first);
  const other = await someoneElse("Tomás Silva");
  const running = await service.start(RELEASES.second, { strategy: { preset: "all_at_once", grace_seconds: 300 } });
  await goLive(page, `/rollouts/${running}`);
  await goLive(other.page, `/rollouts/${running}`);
  await other.page.getByRole("button", { name: "Start now" }).click();
  for (const each of [page, other.page]) {
    await expect(each.getByText("2 of 2 instances run 1.9.0 and answer.")).toBeVisible();
  }
  const [mine, theirs] = await Promise.all([page, other.page].map((each) => each.getByRole("log").textContent()));
  expect(mine).toContain("Started now");
  expect(theirs).toBe(mine);
});

test("filter, tab and selection are in the address, and Back undoes the way", async ({ page, newService, someoneElse }) => {
  const service = await newService({ instances: 3 });
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.second, { instances: [service.instance(0)] });
  await goLive(page, "/");
  await rowOf(page, service.name).getByRole("link", { name: service.name }).click();
  await expect(page).toHaveURL(`/services/${service.name}`);
  await page.getByRole("searchbox", { name: "Filter instances" }).fill(service.instance(1));
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(page.getByText("1 of 3", { exact: true })).toBeVisible();
  await page.getByRole("checkbox", { name: `Select ${service.instance(1)}` }).click();
  await expect(page.getByText("1 selected")).toBeVisible();

  const other = await someoneElse("Tomás Silva");
  await goLive(other.page, page.url());
  await expect(other.page.getByText("1 of 3", { exact: true })).toBeVisible();
  await expect(other.page.getByText("1 selected")).toBeVisible();

  await page.goto(`/services/${service.name}?tab=versions`);
  await expect(page.getByRole("tab", { name: "Versions", selected: true })).toBeVisible();
  await page.getByRole("row").filter({ hasText: "1.9.0" }).getByRole("link", { name: "1 instance" }).click();
  await expect(page.getByRole("tab", { name: "Instances", selected: true })).toBeVisible();
  await expect(rowOf(page, service.instance(0))).toBeVisible();
  await expect(rowOf(page, service.instance(1))).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole("tab", { name: "Versions", selected: true })).toBeVisible();
});

test("an address with nothing behind it says so, and leads on", async ({ page }) => {
  const missing = [
    ["/rollouts/ro-never-was", "There is no rollout ro-never-was"],
    ["/instances/never-was", "There is no instance never-was"],
    ["/services/never-was", "There is no service never-was."],
    ["/nowhere", "There is no such page"],
  ] as const;
  for (const [path, says] of missing) {
    await page.goto(path);
    await expect(page.getByRole("main").getByText(says)).toBeVisible();
  }
});
