import { randomBytes } from "node:crypto";
import { expect } from "@playwright/test";
import type {
  InstanceDetailWire,
  InstanceInfoWire,
  RolloutTargetWire,
  RolloutWire,
  ServiceWire,
  StrategyInput,
} from "@/lib/api/contract";
import type { Api } from "./api";
import type { Release } from "./releases";

export interface ServiceOptions {
  readonly name: string;
  readonly instances: readonly string[];
  readonly host: string;
}

export interface DeployOptions {
  readonly strategy?: StrategyInput;
  readonly instances?: readonly string[];
  readonly barrier?: { readonly reason: string };
  readonly by?: Api;
}

/** Long enough for the slowest rollout of any test; the test's own time-out is shorter. */
const WAIT = { Prefer: "wait=120" };

/** A service of a test's own, arranged and asked through the API. */
export class TestService {
  readonly name: string;
  readonly instances: readonly string[];
  readonly host: string;

  constructor(
    private readonly api: Api,
    private readonly consoleUrl: string,
    options: ServiceOptions,
  ) {
    this.name = options.name;
    this.instances = options.instances;
    this.host = options.host;
  }

  instance(index: number): string {
    const id = this.instances[index];
    if (id === undefined) throw new Error(`${this.name} has no instance ${index}`);
    return id;
  }

  urlOf(release: Release): string {
    return `${this.consoleUrl}${release.path}`;
  }

  /** Deploys and waits for the end; all at once unless told otherwise. Returns the rollout's id. */
  async deploy(release: Release, options: DeployOptions = {}): Promise<string> {
    const params = this.params(release, options);
    await (options.by ?? this.api).post("/deployments", params, WAIT);
    return params.deploy_id;
  }

  /** Begins a deployment, and does not wait. */
  async start(release: Release, options: DeployOptions = {}): Promise<string> {
    const params = this.params(release, options);
    await (options.by ?? this.api).post("/deployments", params);
    return params.deploy_id;
  }

  params(release: Release, { strategy = { preset: "all_at_once" }, instances = this.instances, barrier }: DeployOptions = {}) {
    return {
      deploy_id: uniqueId("ro"),
      service: this.name,
      version: release.version,
      instances,
      package_url: this.urlOf(release),
      strategy,
      ...(barrier === undefined ? {} : { barrier }),
    };
  }

  read(): Promise<ServiceWire> {
    return this.api.get(`/services/${this.name}`);
  }

  rollout(id: string): Promise<RolloutWire> {
    return this.api.get(`/rollouts/${id}`);
  }

  async act(id: string, action: RolloutWire["allowed_actions"][number]): Promise<void> {
    await this.api.post(`/rollouts/${id}/actions`, { action });
  }

  async targets(id: string): Promise<readonly RolloutTargetWire[]> {
    const { items } = await this.api.get<{ readonly items: readonly RolloutTargetWire[] }>(`/rollouts/${id}/targets`);
    return items;
  }

  /** Newest first. */
  async rollouts(): Promise<readonly RolloutWire[]> {
    const { items } = await this.api.get<{ readonly items: readonly RolloutWire[] }>(`/rollouts?service=${this.name}`);
    return items;
  }

  async rollbacks(): Promise<readonly RolloutWire[]> {
    return (await this.rollouts()).filter((rollout) => rollout.kind === "rollback");
  }

  /** What is recorded to run on each instance, in their order. */
  async versions(): Promise<readonly string[]> {
    const { items } = await this.api.get<{ readonly items: readonly InstanceInfoWire[] }>(`/services/${this.name}/instances`);
    const byId = new Map(items.map((item) => [item.instance_id, item.version]));
    return this.instances.map((id) => byId.get(id) ?? "");
  }

  /** Ends the process of the one instance that a deployment has changed so far, as a crash would. */
  async killCanary(rollout: string): Promise<void> {
    const changed = (await this.targets(rollout)).filter((target) => target.changed);
    const [canary] = changed;
    if (canary === undefined || changed.length > 1)
      throw new Error(`${rollout} has changed ${changed.length} instances, not one`);
    const { address, port } = await this.api.get<InstanceDetailWire>(`/instances/${canary.instance_id}`);
    const answer = await fetch(`http://${address}:${port}/`);
    const { pid }: { readonly pid: number } = await answer.json();
    process.kill(pid, "SIGKILL");
  }

  async untilStatus(id: string, status: RolloutWire["status"]): Promise<void> {
    await expect
      .poll(async () => (await this.rollout(id)).status, { message: `${id} becomes ${status}`, timeout: 60_000 })
      .toBe(status);
  }

  async untilAllRun(release: Release): Promise<void> {
    await expect
      .poll(() => this.versions(), { message: `all of ${this.name} run ${release.version}`, timeout: 60_000 })
      .toEqual(this.instances.map(() => release.version));
  }
}

export function uniqueId(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString("hex")}`;
}
