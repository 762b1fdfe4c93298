import { goLive, rowOf, tile } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

test("a lost connection shows itself, heals itself, and misses nothing", async ({ page, context, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const rollout = await service.start(RELEASES.second, { strategy: { preset: "all_at_once", grace_seconds: 300 } });
  await goLive(page, `/rollouts/${rollout}`);
  await expect(page.getByRole("log")).toContainText("Deployment accepted");
  const state = page.getByRole("banner").getByRole("status");

  await context.setOffline(true);
  await expect(state).toHaveText(/Offline|Reconnecting/);
  await service.act(rollout, "start_now");
  await service.untilAllRun(RELEASES.second);
  await expect(page.getByRole("log")).not.toContainText("runs 1.9.0");

  await context.setOffline(false);
  await expect(state).toHaveText("Live", { timeout: 30_000 });
  for (const id of service.instances) await expect(tile(page, id, "succeeded")).toBeVisible();
  await expect(page.getByText("2 of 2 instances run 1.9.0 and answer.")).toBeVisible();
  for (const id of service.instances) await expect(page.getByRole("log")).toContainText(`${id} runs 1.9.0`);
});

test("a stream that breaks under a page that stays online comes back by itself", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  let broken = true;
  await page.route("**/api/v1/events*", (route) => (broken ? route.abort("connectionreset") : route.continue()));
  await page.goto("/");
  const state = page.getByRole("banner").getByRole("status");
  await expect(state).toHaveText("Reconnecting");
  await expect(rowOf(page, service.name)).toContainText("1.8.0");
  await service.deploy(RELEASES.second);
  broken = false;
  await expect(state).toHaveText("Live", { timeout: 30_000 });
  await expect(rowOf(page, service.name)).toContainText("1.9.0");
});
