import type { HostWire } from "@/lib/api/contract";

/** The most that one request may register. */
export const MOST_INSTANCES = 1000;
const FIRST_PORT = 8080;
const LAST_PORT = 65_535;
const DIGITS = 2;

/** What a person says about new instances: the rest follows from what is there. */
export interface InstanceWish {
  readonly hosts: readonly string[];
  readonly perHost: number;
  readonly firstPort: number;
  readonly prefix: string;
  readonly firstNumber: number;
}

export interface PlannedInstance {
  readonly instance_id: string;
  readonly host: string;
  readonly port: number;
}

/** Every instance with its name and port: on each host the ports go up from the first, past those that are taken there. */
export function plannedInstances(wish: InstanceWish, hosts: readonly HostWire[]): readonly PlannedInstance[] {
  const chosen = hosts.filter((host) => wish.hosts.includes(host.name));
  const places = chosen.flatMap((host) => freePorts(host, wish).map((port) => ({ host: host.name, port })));
  return places.map((place, index) => ({ instance_id: numbered(wish.prefix, wish.firstNumber + index), ...place }));
}

/** A wish to begin with: the hosts that take instances, or none where there are many; names and ports that go on from what is there. */
export function firstWish(service: string, hosts: readonly HostWire[]): InstanceWish {
  const open = hosts.filter(takesInstances);
  const mine = hosts.flatMap((host) => host.instances).filter((instance) => instance.service === service);
  const prefix = `${service}-`;
  const numbers = mine
    .filter((instance) => instance.instance_id.startsWith(prefix))
    .map((instance) => Number(/^\d+$/.exec(instance.instance_id.slice(prefix.length))?.[0] ?? 0));
  return {
    hosts: open.length === 1 ? open.map((host) => host.name) : [],
    perHost: 1,
    firstPort: mine[0]?.port ?? FIRST_PORT,
    prefix,
    firstNumber: Math.max(0, ...numbers) + 1,
  };
}

export function takesInstances(host: HostWire): boolean {
  return host.state === "active";
}

function freePorts(host: HostWire, { firstPort, perHost }: InstanceWish): readonly number[] {
  const taken = new Set(host.instances.map((instance) => instance.port));
  const free: number[] = [];
  for (let port = firstPort; port <= LAST_PORT && free.length < perHost; port += 1) {
    if (!taken.has(port)) free.push(port);
  }
  return free;
}

function numbered(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(DIGITS, "0")}`;
}
