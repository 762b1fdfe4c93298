/** The demo: real hosts on this machine, real packages on the console's own shelf, and a past that is really deployed. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Core } from "../deploy/compose";
import { SlipwayError } from "../deploy/domain/errors";
import { hasEnded } from "../deploy/domain/statuses";
import type { HostRef, Transport } from "../deploy/ports";
import { buildPackages } from "./build-packages";
import { DEMO_SERVICES, demoSettings, packagePath } from "./catalogue";
import { demoAddresses, demoHosts, demoInstances } from "./fleet";
import { DEMO_STORY, STORY_STRATEGY, type StoryStep } from "./story";

export interface DemoPlace {
  /** Folder that the console serves as `/shelf`. */
  readonly shelfFolder: string;
  /** Address of that, such as `http://127.0.0.1:3000/shelf`. */
  readonly shelfUrl: string;
  /** Folder of the demo program's sources. */
  readonly appFolder: string;
  /** Folder under which every host has its own. */
  readonly hostsFolder: string;
  /** Absolute path of the Node that runs the demo services. */
  readonly node: string;
  readonly basePort: number;
}

const DEMO_PERSON = { name: "Slipway" };
const LOOK_AGAIN_MS = 100;

type DemoCore = Pick<Core, "createService" | "addHost" | "registerInstances" | "startDeployment" | "takeBack" | "queries">;

interface Fleet {
  readonly hosts: readonly HostRef[];
  readonly instances: ReturnType<typeof demoInstances>;
}

export class Demo {
  private constructor(
    private readonly core: DemoCore,
    private readonly transport: Transport,
    private readonly place: DemoPlace,
    private readonly fleet: Fleet,
    private readonly tell: (step: string | null) => Promise<void>,
  ) {}

  static async open(
    core: DemoCore,
    transport: Transport,
    place: DemoPlace,
    tell: (step: string | null) => Promise<void>,
  ): Promise<Demo> {
    const addresses = await demoAddresses();
    const hosts = demoHosts(addresses).map(
      ({ name, address }): HostRef => ({ name, kind: "local", address, root: `${place.hostsFolder}/${name}` }),
    );
    return new Demo(core, transport, place, { hosts, instances: demoInstances(addresses, place.basePort) }, tell);
  }

  /** Starts what ran when the demo was last powered off, by the hosts' own journals. */
  async boot(): Promise<void> {
    await Promise.all(this.fleet.hosts.map((host) => this.transport.boot(host, this.idsOn(host))));
  }

  /** Makes the fleet known and plays its past; what was done before is not done again. */
  async play(signal: AbortSignal): Promise<void> {
    await buildPackages(this.place.shelfFolder, this.place.appFolder);
    await this.introduce();
    const services = DEMO_SERVICES.map(({ name }) => DEMO_STORY.filter((step) => step.service === name));
    await Promise.all(services.map((steps) => this.playSteps(steps, signal)));
    await this.tell(null);
  }

  /** The demo's processes end with Slipway, after its engine. What was under way is cancelled on its host, and settled at the next start. */
  async powerOff(): Promise<void> {
    await Promise.all(
      this.fleet.hosts.map(async (host) => {
        const reports = await this.transport.inspect(host, this.idsOn(host));
        await Promise.all(
          reports.map((report) => this.transport.powerOff(host, { instance: report.instance, generation: report.generation })),
        );
      }),
    );
  }

  private idsOn(host: HostRef): readonly string[] {
    return this.fleet.instances.filter((instance) => instance.host === host.name).map((instance) => instance.id);
  }

  private async introduce(): Promise<void> {
    const { core, fleet, place } = this;
    const labels = new Map(demoHosts(fleet.hosts.map((host) => host.address)).map((host) => [host.name, host.labels]));
    for (const { name, address, root } of fleet.hosts) {
      const own = labels.get(name) ?? {};
      await unlessKnown(core.addHost(DEMO_PERSON, { name, kind: "local", address, root, zone: own.zone ?? null, labels: own }));
    }
    for (const { name } of DEMO_SERVICES) {
      await unlessKnown(
        core.createService(DEMO_PERSON, { name, labels: { environment: "demo" }, settings: demoSettings(place.node) }),
      );
      const instances = fleet.instances
        .filter((instance) => instance.service === name)
        .map(({ id, host, port }) => ({ id, host, port, labels: {} }));
      await unlessKnown(core.registerInstances(DEMO_PERSON, name, instances));
    }
  }

  private async playSteps(steps: readonly StoryStep[], signal: AbortSignal): Promise<void> {
    for (const step of steps) {
      signal.throwIfAborted();
      const accepted = await this.begin(step);
      if (accepted.created) await this.tell(step.id);
      await this.untilEnded(accepted.id, signal);
    }
  }

  private begin(step: StoryStep) {
    const by = { name: step.by };
    if (step.kind === "rollback") {
      return this.core.takeBack(by, {
        rollbackId: step.id,
        service: step.service,
        takesBack: step.takesBack,
        reason: step.reason,
      });
    }
    const version = DEMO_SERVICES.find((service) => service.name === step.service)?.versions.find(
      (each) => each.version === step.version,
    );
    if (!version) throw new Error(`the demo has no ${step.service} ${step.version}`);
    const all = this.fleet.instances.filter((instance) => instance.service === step.service).map((instance) => instance.id);
    return this.core.startDeployment(by, {
      deployId: step.id,
      service: step.service,
      version: step.version,
      instances: step.instances === "all" ? all : all.slice(0, step.instances),
      packageUrl: `${this.place.shelfUrl}/${packagePath(step.service, version)}`,
      strategy: STORY_STRATEGY,
      reason: step.reason,
      metadata: { commit: step.commit },
    });
  }

  private async untilEnded(id: string, signal: AbortSignal): Promise<void> {
    while (!hasEnded((await this.core.queries.rollout(id)).status)) await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

async function unlessKnown(command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!(error instanceof SlipwayError && error.code === "already_exists")) throw error;
  }
}
