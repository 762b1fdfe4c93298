import { describe, expect, it } from "vitest";
import { AT_ONCE, type Fleet, MEI, SERVICE } from "./engine/testing/fleet";
import { onFleet } from "./engine/testing/on-fleet";
import {
  checkInstanceHealth,
  createDeployService,
  createInstanceManager,
  getInstanceHost,
  getInstancePort,
  validatePackageUrl,
} from "./index";

/** The service's own default: the reference's parameters carry no strategy. */
async function atOnce(fleet: Fleet): Promise<void> {
  const { settings, revision } = await fleet.core.queries.service(SERVICE);
  await fleet.core.updateService(MEI, {
    service: SERVICE,
    settings: { ...settings, strategy: AT_ONCE },
    expectedRevision: revision,
  });
}

describe("the reference's interfaces", { timeout: 240_000 }, () => {
  it(
    "deploy, roll back, list instances and tell their history",
    onFleet(
      async (_, fleet) => {
        const { core, instances } = fleet;
        await atOnce(fleet);
        const service = createDeployService({ core, actor: MEI });
        const manager = createInstanceManager({ core });
        const waiting = await manager.getServiceInstances(SERVICE);
        expect(waiting).toEqual(
          instances.map((instanceId) => ({ instanceId, serviceName: SERVICE, version: "", status: "pending" })),
        );

        const packageUrl = await fleet.publish("1.0");
        const first = await service.executeDeployment({
          deployId: "d1",
          service: SERVICE,
          version: "1.0",
          instances,
          packageUrl,
        });
        expect(first).toMatchObject({
          deployId: "d1",
          service: SERVICE,
          version: "1.0",
          totalInstances: 2,
          message: "2 of 2 instances run 1.0.",
        });
        expect([...first.instances].sort()).toEqual([...instances].sort());
        expect(first.completedAt).toBeInstanceOf(Date);

        const broken = await fleet.publish("2.0", "exits");
        const failed = await service.executeDeployment({
          deployId: "d2",
          service: SERVICE,
          version: "2.0",
          instances,
          packageUrl: broken,
        });
        expect(failed).toMatchObject({ instances: [], totalInstances: 0 });
        expect(failed.message).toContain("2.0");

        const good = await fleet.publish("3.0");
        const [one = ""] = instances;
        await service.executeDeployment({ deployId: "d3", service: SERVICE, version: "3.0", instances: [one], packageUrl: good });
        expect(await manager.getServiceInstances(SERVICE, "3.0")).toEqual([
          { instanceId: one, serviceName: SERVICE, version: "3.0", status: "active" },
        ]);
        expect(await manager.getServiceInstances(SERVICE, "1.0", "3.0")).toHaveLength(2);
        expect(await manager.getServiceInstances(SERVICE, "9.9")).toEqual([]);

        const back = await service.executeRollback({
          rollbackId: "r1",
          service: SERVICE,
          targetVersion: "1.0",
          instances: [one],
          packageUrl,
        });
        expect(back).toMatchObject({ rollbackId: "r1", targetVersion: "1.0", instances: [one], totalInstances: 1 });
        expect(await manager.getInstanceVersionHistory(one)).toEqual([
          { version: "1.0", status: "active" },
          { version: "3.0", status: "deprecated" },
          { version: "2.0", status: "deprecated" },
        ]);
      },
      { hosts: 1, each: 2 },
    ),
  );

  it(
    "the same id again gives the same result; what is refused rejects and leaves nothing",
    onFleet(
      async (_, fleet) => {
        const { core, instances } = fleet;
        await atOnce(fleet);
        const service = createDeployService({ core, actor: MEI });
        const params = { deployId: "d1", service: SERVICE, version: "1.0", instances, packageUrl: await fleet.publish("1.0") };
        const [a, b] = await Promise.all([service.executeDeployment(params), service.executeDeployment(params)]);
        expect(b).toEqual(a);
        await expect(service.executeDeployment({ ...params, version: "2.0" })).rejects.toMatchObject({ code: "id_reused" });
        await expect(
          service.executeDeployment({ ...params, deployId: "d2", instances: [...instances, "nobody"] }),
        ).rejects.toMatchObject({
          code: "instance_not_found",
        });
        await expect(
          service.executeDeployment({ ...params, deployId: "d2", packageUrl: `${params.packageUrl}.gone` }),
        ).rejects.toMatchObject({
          code: "invalid_package_url",
        });
        expect(await core.db.rollout.count()).toBe(1);
      },
      { hosts: 1, each: 1 },
    ),
  );

  it(
    "the helpers say where an instance is and whether it answers, and tell the unknown from the silent",
    onFleet(
      async (deeds, fleet) => {
        const { core, instances } = fleet;
        const [one = ""] = instances;
        expect(await getInstanceHost({ core }, one)).toBe("127.0.0.1");
        await expect(getInstanceHost({ core }, "nobody")).rejects.toMatchObject({ code: "instance_not_found" });
        await expect(getInstancePort({ core }, SERVICE, "127.0.0.1")).rejects.toMatchObject({
          code: "ambiguous_instance",
          params: { instances: expect.arrayContaining([expect.stringContaining(one)]) },
        });
        await expect(getInstancePort({ core }, SERVICE, "127.0.0.9")).rejects.toMatchObject({ code: "instance_not_found" });
        await expect(getInstancePort({ core }, "nothing", "127.0.0.1")).rejects.toMatchObject({ code: "service_not_found" });
        expect(await checkInstanceHealth({ core }, one)).toBe(false);
        await deeds.runs("1.0");
        expect(await checkInstanceHealth({ core }, one)).toBe(true);
        await expect(checkInstanceHealth({ core }, "nobody")).rejects.toMatchObject({ code: "instance_not_found" });
      },
      { hosts: 1, each: 2 },
    ),
  );

  it(
    "validatePackageUrl really asks, and says why in the reader's language",
    onFleet(
      async (_, fleet) => {
        const { core } = fleet;
        const url = await fleet.publish("1.0");
        await expect(validatePackageUrl({ core }, url)).resolves.toBeUndefined();
        await expect(validatePackageUrl({ core }, `${url}.gone`)).rejects.toThrow(/^invalid package URL: .*404/);
        await expect(validatePackageUrl({ core, locale: "zh" }, `${url}.gone`)).rejects.toThrow(/^无效的包URL: /);
        await expect(validatePackageUrl({ core }, "ftp://example.org/a.tar.gz")).rejects.toThrow(/^invalid package URL: /);
      },
      { hosts: 1, each: 1 },
    ),
  );
});
