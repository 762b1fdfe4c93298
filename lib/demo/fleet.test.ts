import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { DEMO_SERVICES } from "./catalogue";
import { demoAddresses, demoHosts, demoInstances } from "./fleet";
import { DEMO_STORY } from "./story";

const own = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
const shared = own.map(() => "127.0.0.1");

describe("the demo fleet", () => {
  it("is twelve instances of three services on four hosts, every service once on each", () => {
    const instances = demoInstances(own);
    expect(instances).toHaveLength(12);
    expect(new Set(instances.map(({ id }) => id)).size).toBe(12);
    for (const { name } of demoHosts(own)) {
      expect(instances.filter(({ host }) => host === name).map(({ service }) => service)).toEqual(
        DEMO_SERVICES.map(({ name }) => name),
      );
    }
  });

  it.each([
    ["addresses of their own", own],
    ["one shared address", shared],
  ])("never gives one address and port to two instances: hosts with %s", (_what, addresses) => {
    const places = demoInstances(addresses).map(({ address, port }) => `${address}:${port}`);
    expect(new Set(places).size).toBe(12);
  });

  it("finds four addresses of this machine that can be listened on", async () => {
    const addresses = await demoAddresses();
    expect(addresses).toHaveLength(4);
    for (const address of addresses) {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, address, resolve));
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("the demo's past", () => {
  it("is at most ten rollouts of versions that exist, each with a person and a reason", () => {
    expect(DEMO_STORY.length).toBeLessThanOrEqual(10);
    expect(new Set(DEMO_STORY.map(({ id }) => id)).size).toBe(DEMO_STORY.length);
    for (const step of DEMO_STORY) {
      expect(step.by).not.toBe("");
      expect(step.reason).not.toBe("");
      if (step.kind === "rollback") continue;
      const versions = DEMO_SERVICES.find(({ name }) => name === step.service)?.versions ?? [];
      const behaviour = versions.find(({ version }) => version === step.version)?.behaviour;
      expect([step.id, behaviour]).toEqual([step.id, step.ends === "succeeded" ? "good" : "exits"]);
    }
  });

  it("takes back only what was deployed before, and leaves good versions to be tried", () => {
    DEMO_STORY.forEach((step, at) => {
      if (step.kind === "rollback") expect(DEMO_STORY.slice(0, at).map(({ id }) => id)).toContain(step.takesBack);
    });
    const used = new Set(DEMO_STORY.flatMap((step) => (step.kind === "deployment" ? [`${step.service} ${step.version}`] : [])));
    const left = DEMO_SERVICES.flatMap(({ name, versions }) =>
      versions.map(({ version, behaviour }) => [`${name} ${version}`, behaviour] as const),
    );
    expect(left.filter(([name, behaviour]) => behaviour === "good" && !used.has(name)).length).toBeGreaterThanOrEqual(2);
  });
});
