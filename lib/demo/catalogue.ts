import { NO_LIMITS } from "../deploy/domain/running";
import type { ServiceSettings } from "../deploy/domain/settings";

/** What a release of the demo does when it runs. */
export type Behaviour = "good" | "exits" | "never_healthy" | "slow" | "falls_over";

export interface DemoVersion {
  readonly version: string;
  readonly behaviour: Behaviour;
  /** For `slow` until it is ready, for `falls_over` until it stops. */
  readonly afterSeconds: number | null;
  readonly kind: "tar.gz" | "zip";
  /** Bytes of data in the package beside the program. */
  readonly ballast: number;
  /** What its changelog says. */
  readonly changes: string;
}

export interface DemoService {
  readonly name: "checkout" | "search" | "mailer";
  readonly versions: readonly DemoVersion[];
}

const KB = 1000;

const good = (version: string, kilobytes: number, changes: string, kind: DemoVersion["kind"] = "tar.gz"): DemoVersion => ({
  version,
  behaviour: "good",
  afterSeconds: null,
  kind,
  ballast: kilobytes * KB,
  changes,
});

const bad = (
  version: string,
  behaviour: Exclude<Behaviour, "good">,
  afterSeconds: number | null,
  kilobytes: number,
  changes: string,
): DemoVersion => ({ version, behaviour, afterSeconds, kind: "tar.gz", ballast: kilobytes * KB, changes });

/** Oldest version first. */
export const DEMO_SERVICES: readonly DemoService[] = [
  {
    name: "checkout",
    versions: [
      good("2.3.0", 182, "Pay by bank transfer"),
      good("2.3.1", 184, "Round tax per line, not per order"),
      bad("2.4.0", "exits", null, 196, "Move to the new payment gateway"),
      good("2.4.1", 197, "Move to the new payment gateway, with a default address"),
      good("2.5.0", 214, "Remember the last delivery address"),
      bad("2.6.0", "never_healthy", null, 221, "Index orders by customer"),
    ],
  },
  {
    name: "search",
    versions: [
      good("5.1.0", 246, "Synonyms"),
      good("5.2.0", 268, "Rank by what was bought together", "zip"),
      good("5.2.1", 269, "Rank by what was bought together, without returns"),
      bad("5.3.0", "slow", 6, 297, "Load the whole index before the first answer"),
    ],
  },
  {
    name: "mailer",
    versions: [
      good("1.8.0", 58, "Receipts in two languages"),
      good("1.9.0", 74, "Attach the invoice"),
      good("1.9.1", 75, "Attach the invoice once"),
      bad("1.10.0", "falls_over", 60, 83, "Cache attachments"),
    ],
  },
];

/** File name of a package, and its path on the shelf. */
export function packagePath(service: DemoService["name"], { version, kind }: DemoVersion): string {
  return `${service}/${service}-${version}.${kind}`;
}

/** Settings of every demo service. `node` is the absolute path of the Node that runs it. */
export function demoSettings(node: string): ServiceSettings {
  return {
    start: [node, "server.mjs"],
    environment: { NODE_ENV: "production" },
    user: null,
    folder: "",
    stopSignal: "TERM",
    stopGraceS: 5,
    startDeadlineS: 15,
    hooks: { preStop: null, postStart: null },
    health: { kind: "http", path: "/healthz", status: 200 },
    versionAt: { path: "/version" },
    delivery: { mode: "push", limitKbitS: null },
    runs: { kind: "process" },
    sudo: false,
    limits: NO_LIMITS,
    strategy: {},
  };
}
