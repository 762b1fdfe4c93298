import { readFile } from "node:fs/promises";
import path from "node:path";
import { Api } from "./console/api";
import { Ground } from "./console/ground";
import { goLive, rowOf } from "./console/pages";
import { RELEASES } from "./console/releases";
import { consoleUrl, expect, test } from "./console/test";
import { startSlipway } from "./setup/slipway";

test("without a worker every page says so, deployments are refused, and a rollback begins as soon as one is back", async ({
  page,
  playwright,
}) => {
  test.setTimeout(240_000);
  const own = await startSlipway({ SLIPWAY_DEMO: "0", SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1" });
  const request = await playwright.request.newContext({ baseURL: own.url });
  const api = new Api("Mei Lin", request);
  const ground = new Ground(api, { url: consoleUrl(), data: own.data });
  const worker: { readonly pid: number } = JSON.parse(await readFile(path.join(own.data, "run", "worker.json"), "utf8"));
  const banner = page.getByRole("status").filter({ hasText: "No worker is running." });
  try {
    const service = await ground.service();
    await service.deploy(RELEASES.first);
    await service.deploy(RELEASES.second);
    await goLive(page, own.url);
    await expect(banner).toBeHidden();

    process.kill(worker.pid, "SIGSTOP");
    await expect(banner).toBeVisible({ timeout: 60_000 });
    await expect(banner).toContainText("Rollouts wait, and a rollback is accepted and begins as soon as a worker is back.");
    expect(await api.refused("/deployments", service.params(RELEASES.third))).toMatchObject({ status: 503, code: "no_worker" });
    const rollback_id = "back-without-a-worker";
    await api.post(`/services/${service.name}/rollback`, { rollback_id });
    await page.goto(`${own.url}/rollouts/${rollback_id}`);
    await expect(banner).toBeVisible();
    expect((await service.rollout(rollback_id)).waiting_for).toMatchObject({ code: "worker" });

    process.kill(worker.pid, "SIGCONT");
    await service.untilStatus(rollback_id, "succeeded");
    await expect(banner).toBeHidden({ timeout: 60_000 });
    await page.goto(own.url);
    await expect(rowOf(page, service.name)).toContainText(RELEASES.first.version);
  } finally {
    process.kill(worker.pid, "SIGCONT");
    await ground.clear();
    await request.dispose();
    await own.stop();
  }
});
