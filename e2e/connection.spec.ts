import { goLive, rowOf, tile } from "./console/pages";
import { Relay } from "./console/relay";
import { RELEASES } from "./console/releases";
import { consoleUrl, expect, test } from "./console/test";

test("a lost connection shows itself, heals itself, and misses nothing", async ({ page, newService }) => {
  const service = await newService();
  await service.deploy(RELEASES.first);
  const rollout = await service.start(RELEASES.second, { strategy: { preset: "all_at_once", grace_seconds: 300 } });
  const wire = await Relay.to(consoleUrl());
  try {
    await goLive(page, `${wire.url}/rollouts/${rollout}`);
    const log = page.getByRole("log");
    const state = page.getByRole("banner").getByRole("status");
    await expect(log).toContainText("Deployment accepted");

    wire.cut();
    await expect(state).toHaveText(/Reconnecting|Offline/);
    await service.act(rollout, "start_now");
    await service.untilAllRun(RELEASES.second);
    await expect(log).not.toContainText("runs 1.9.0");

    wire.mend();
    await expect(state).toHaveText("Live");
    for (const id of service.instances) {
      await expect(tile(page, id, "succeeded")).toBeVisible();
      await expect(log.getByText(`${id} runs 1.9.0`)).toHaveCount(1);
    }
    await expect(log.getByText("Deployment accepted")).toHaveCount(1);
    await expect(page.getByText("2 of 2 instances run 1.9.0 and answer.")).toBeVisible();
  } finally {
    await wire.close();
  }
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
  await expect(state).toHaveText("Live");
  await expect(rowOf(page, service.name)).toContainText("1.9.0");
});

test("a machine that loses its network says so at once, and comes back by itself", async ({ page, context }) => {
  await goLive(page, "/");
  const state = page.getByRole("banner").getByRole("status");
  await context.setOffline(true);
  await expect(state).toHaveText("Offline");
  await context.setOffline(false);
  await expect(state).toHaveText("Live");
});
