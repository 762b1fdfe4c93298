import { goLive, rowOf, tile } from "./console/pages";
import { RELEASES } from "./console/releases";
import { expect, test } from "./console/test";

const ONE_BY_ONE = { canary: 1, wave_size: 1, bake_seconds: 0 } as const;

test("a version that exits at once is put back, with its exit code and its last words", async ({ page, newService }) => {
  const service = await newService({ instances: 2 });
  await service.deploy(RELEASES.first);
  const bad = await service.start(RELEASES.exits, { strategy: ONE_BY_ONE });
  await goLive(page, `/rollouts/${bad}`);

  await expect(
    page.getByText("The deployment failed and every changed instance was reverted automatically.", { exact: false }),
  ).toBeVisible();
  await expect(tile(page, service.instance(0), "failed").or(tile(page, service.instance(1), "failed"))).toHaveCount(1);
  await expect(page.getByText("Its process ended with exit code 1.")).toBeVisible();
  await expect(page.getByText("PAYMENT_GATEWAY_URL is required", { exact: false })).toBeVisible();
  await expect(page.getByText("At its end: 2 run 1.8.0.")).toBeVisible();
  expect(await service.versions()).toEqual(["1.8.0", "1.8.0"]);
});

test("a version that never becomes healthy is put back, with what it answered", async ({ page, newService }) => {
  const service = await newService({ instances: 2, settings: { start_deadline_s: 3 } });
  await service.deploy(RELEASES.first);
  await goLive(page, "/");
  const bad = await service.start(RELEASES.neverHealthy, { strategy: ONE_BY_ONE });

  await expect(rowOf(page, service.name)).toContainText("Deploying 2.6.0");
  await expect(rowOf(page, service.name)).toContainText("Reverted 2.6.0");
  await expect(rowOf(page, service.name)).toContainText("2/2");

  await page.goto(`/rollouts/${bad}`);
  await expect(page.getByText(/did not become healthy/).first()).toBeVisible();
  await expect(page.getByText("Health answers")).toBeVisible();
  await expect(page.getByText(/✕ .*503/).first()).toBeVisible();
  await expect(page.getByText("migration 0042_add_order_index", { exact: false }).first()).toBeVisible();
  expect(await service.versions()).toEqual(["1.8.0", "1.8.0"]);
});

test("the instance remembers what failed on it", async ({ page, newService }) => {
  const service = await newService({ instances: 1 });
  await service.deploy(RELEASES.first);
  await service.deploy(RELEASES.exits);
  await page.goto(`/instances/${service.instance(0)}`);
  const failed = page.getByRole("listitem").filter({ has: page.getByRole("checkbox", { name: "Compare the run of 2.4.0" }) });
  await expect(failed).toContainText("Failed here");
  await expect(failed.getByRole("button", { name: "Roll back to this" }), "it never ran here").toHaveCount(0);
  await failed.getByRole("button", { name: "Evidence" }).click();
  await expect(failed).toContainText("Its process ended with exit code 1.");
});
