import path from "node:path";
import { expect } from "@playwright/test";
import type { RolloutWire, ServiceSettingsWire } from "@/lib/api/contract";
import { createLocalTransport } from "../../lib/deploy/hosts/local";
import type { HostRef } from "../../lib/deploy/ports";
import type { Api } from "./api";
import { freePorts } from "./ports";
import { TestService, uniqueId } from "./service";

export interface ServiceWish {
  /** Default 2. */
  readonly instances?: number;
  readonly settings?: Partial<ServiceSettingsWire>;
}

const SETTINGS = {
  start: [process.execPath, "server.mjs"],
  environment: { NODE_ENV: "production" },
  stop_grace_s: 5,
  start_deadline_s: 15,
  health: { kind: "http", path: "/healthz", status: 200 },
  version_at: { path: "/version" },
} as const satisfies Partial<ServiceSettingsWire>;

/** Services and hosts of one test's own, so that no test sees another's, and their end. */
export class Ground {
  readonly #made: { readonly service: TestService; readonly host: HostRef }[] = [];

  constructor(
    private readonly api: Api,
    private readonly place: { readonly url: string; readonly data: string },
  ) {}

  /** A service with instances of its own, on a host of its own. Nothing runs there yet. */
  async service({ instances = 2, settings = {} }: ServiceWish = {}): Promise<TestService> {
    const name = uniqueId("svc");
    const host: HostRef = {
      name: `${name}-host`,
      kind: "local",
      address: "127.0.0.1",
      root: path.join(this.place.data, "hosts", name),
    };
    await this.api.post("/hosts", host);
    await this.api.post("/services", { name, settings: { ...SETTINGS, ...settings } });
    const ports = await freePorts(instances);
    const ids = ports.map((_, index) => `${name}-${index + 1}`);
    await this.api.post(`/services/${name}/instances`, {
      instances: ports.map((port, index) => ({ instance_id: ids[index], host: host.name, port })),
    });
    const service = new TestService(this.api, this.place.url, { name, instances: ids, host: host.name });
    this.#made.push({ service, host });
    return service;
  }

  /** Ends what runs, takes it out of every list, and stops its processes: retired ones are nobody's any more. */
  async clear(): Promise<void> {
    const transport = await createLocalTransport();
    for (const { service, host } of this.#made.splice(0)) {
      await this.endRollouts(service);
      for (const id of service.instances) await this.api.delete(`/instances/${id}`);
      await this.api.delete(`/services/${service.name}`);
      await this.api.delete(`/hosts/${host.name}`);
      const reports = await transport.inspect(host, service.instances);
      await Promise.all(reports.map(({ instance, generation }) => transport.powerOff(host, { instance, generation })));
    }
    await transport.close();
  }

  private async endRollouts(service: TestService): Promise<void> {
    const live = async () => (await service.rollouts()).filter((rollout) => rollout.completed_at === null);
    for (const rollout of await live()) {
      const action = endOf(rollout);
      if (action !== undefined) await this.api.post(`/rollouts/${rollout.id}/actions`, { action });
    }
    await expect.poll(async () => (await live()).map(({ id, status }) => `${id} ${status}`), { timeout: 60_000 }).toEqual([]);
  }
}

function endOf({ allowed_actions: allowed }: RolloutWire): "undo" | "abort" | undefined {
  return allowed.includes("undo") ? "undo" : allowed.includes("abort") ? "abort" : undefined;
}
