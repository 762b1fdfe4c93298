/** What the breaker breaks: three hosts, three services, twelve instances, and what may be deployed to them. */
import type { Behaviour } from "../../lib/demo/catalogue";

export const HOSTS = ["north", "east", "south"] as const;
export type HostName = (typeof HOSTS)[number];

export interface ChaosInstance {
  readonly id: string;
  readonly service: ServiceName;
  readonly host: HostName;
}

export const SERVICES = ["cart", "pay", "stock"] as const;
export type ServiceName = (typeof SERVICES)[number];

const PER_HOST: Readonly<Record<ServiceName, number>> = { cart: 1, pay: 1, stock: 2 };

export const INSTANCES: readonly ChaosInstance[] = SERVICES.flatMap((service) =>
  HOSTS.flatMap((host) =>
    Array.from({ length: PER_HOST[service] }, (_, at) => ({ id: `${service}-${host}-${at + 1}`, service, host })),
  ),
);

export interface ChaosVersion {
  readonly version: string;
  readonly behaviour: Behaviour;
  /** For `slow` until it is ready, for `falls_over` until it stops. */
  readonly afterSeconds: number | null;
}

/** Of every service. */
export const VERSIONS: readonly ChaosVersion[] = [
  ...["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"].map((version) => ({
    version,
    behaviour: "good" as const,
    afterSeconds: null,
  })),
  { version: "2.0.0-slow", behaviour: "slow", afterSeconds: 2 },
  { version: "3.0.0-exits", behaviour: "exits", afterSeconds: null },
  { version: "4.0.0-sick", behaviour: "never_healthy", afterSeconds: null },
  { version: "5.0.0-falls", behaviour: "falls_over", afterSeconds: 5 },
];

export const GOOD_VERSIONS = VERSIONS.filter(({ behaviour }) => behaviour === "good").map(({ version }) => version);

/** Runs at first, everywhere. */
export const FIRST_VERSION = "1.0.0";

/** Seconds that a version has to become healthy. */
export const START_DEADLINE_S = 10;
