import { existsSync } from "node:fs";
import path from "node:path";
import type { RolloutWire } from "@/lib/api/contract";
import { DEMO_SERVICES, packagePath } from "../lib/demo/catalogue";
import { goLive } from "./console/pages";
import { consoleUrl, expect, test } from "./console/test";

const README = path.resolve(import.meta.dirname, "..", "docs", "screenshot.png");
const INSTANCES = ["search-01", "search-02", "search-03", "search-04"];
const RELEASE = "5.2.1";

test.use({ viewport: { width: 1440, height: 560 }, colorScheme: "light", person: "Jonas Weber" });

/** The picture in the README. It is taken in every run and kept where there is none: remove it to have it taken anew. */
test("the demo's fleet, with a deployment under way", async ({ page, api }, info) => {
  const deployment = `demo-search-${RELEASE}-${info.workerIndex}-${Date.now().toString(36)}`;
  await api.post("/deployments", {
    deploy_id: deployment,
    service: "search",
    version: RELEASE,
    instances: INSTANCES,
    package_url: packageOf(RELEASE),
    strategy: { canary: 1, wave_size: 2, bake_seconds: 600 },
    reason: "Ranking, now without returned goods",
  });
  try {
    await expect.poll(async () => (await api.get<RolloutWire>(`/rollouts/${deployment}`)).status).toBe("baking");
    await goLive(page, "/");
    await expect(page.getByRole("region", { name: "Under way" })).toContainText("wave 1 of 3");
    await expect(page.getByRole("region", { name: "Services" }).getByRole("row")).toHaveCount(1 + DEMO_SERVICES.length);
    await expect(page.getByRole("row").filter({ hasText: "search" })).toContainText(RELEASE);
    await page.screenshot({ path: existsSync(README) ? info.outputPath("fleet.png") : README, animations: "disabled" });
  } finally {
    await takeBack(deployment);
  }

  /** The demo is left as it was found. */
  async function takeBack(rollout: string): Promise<void> {
    await api.post("/services/search/rollback", {
      rollback_id: `back-${rollout}`,
      takes_back: rollout,
      strategy: { grace_seconds: 0 },
    });
    await expect.poll(async () => (await api.get<RolloutWire>(`/rollouts/back-${rollout}`)).status).toBe("succeeded");
  }
});

function packageOf(version: string): string {
  const service = DEMO_SERVICES.find(({ name }) => name === "search");
  const found = service?.versions.find((each) => each.version === version);
  if (service === undefined || found === undefined) throw new Error(`the demo has no search ${version}`);
  return `${consoleUrl()}/shelf/${packagePath(service.name, found)}`;
}
