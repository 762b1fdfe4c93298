import { createServer } from "node:net";
import { DEMO_SERVICES, type DemoService } from "./catalogue";

export interface DemoHost {
  readonly name: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DemoInstance {
  readonly id: string;
  readonly service: DemoService["name"];
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

const HOSTS = [
  { name: "ams-1", zone: "ams-a" },
  { name: "ams-2", zone: "ams-b" },
  { name: "fra-1", zone: "fra-a" },
  { name: "fra-2", zone: "fra-b" },
] as const;

const DEMO_BASE_PORT = 18400;
/** Ports between two hosts that share an address. */
const HOST_STEP = 10;

/** Four addresses of this machine for the four hosts: 127.0.0.2 to 127.0.0.5 where all can be listened on, else 127.0.0.1 four times. */
export async function demoAddresses(): Promise<readonly string[]> {
  const own = HOSTS.map((_, at) => `127.0.0.${at + 2}`);
  const usable = await Promise.all(own.map(canListen));
  return usable.every(Boolean) ? own : HOSTS.map(() => "127.0.0.1");
}

export function demoHosts(addresses: readonly string[]): readonly DemoHost[] {
  return HOSTS.map(({ name, zone }, at) => ({
    name,
    address: addresses[at] ?? "127.0.0.1",
    labels: { environment: "demo", region: name.slice(0, 3), zone },
  }));
}

/** Every service once on every host. Hosts with addresses of their own use the same ports, hosts that share one do not. */
export function demoInstances(addresses: readonly string[], basePort: number = DEMO_BASE_PORT): readonly DemoInstance[] {
  const hosts = demoHosts(addresses);
  const shared = new Set(hosts.map(({ address }) => address)).size < hosts.length;
  return DEMO_SERVICES.flatMap(({ name: service }, serviceAt) =>
    hosts.map(({ name: host, address }, hostAt) => ({
      id: `${service}-0${hostAt + 1}`,
      service,
      host,
      address,
      port: basePort + 1 + serviceAt + (shared ? hostAt * HOST_STEP : 0),
    })),
  );
}

function canListen(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}
