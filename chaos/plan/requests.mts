/** What people and pipelines ask for, and how it is chosen. Choices among what exists only later are shares from 0 to 1. */
import { GOOD_VERSIONS, INSTANCES, SERVICES, type ServiceName, VERSIONS } from "./fleet.mjs";
import type { Random } from "./random.mjs";

export type PackageFault = "none" | "stalls" | "truncated" | "lies";
const ACTIONS = ["pause", "resume", "promote", "abort", "undo", "retry", "start_now"] as const;
export type Action = (typeof ACTIONS)[number];

/** How often the same request is sent at once, to all web processes in turn; `clash` sends another request with the same id among them. */
export interface Sending {
  readonly times: number;
  readonly clash: boolean;
}

export type Wish =
  | {
      readonly wish: "deploy";
      readonly id: string;
      readonly service: ServiceName;
      readonly version: string;
      readonly instances: readonly string[];
      readonly packageFault: PackageFault;
      readonly strategy: Readonly<Record<string, unknown>>;
      readonly sending: Sending;
    }
  | {
      readonly wish: "rollback";
      readonly id: string;
      readonly service: ServiceName;
      readonly version: string;
      readonly instances: readonly string[];
      readonly strategy: Readonly<Record<string, unknown>>;
      readonly sending: Sending;
    }
  | {
      readonly wish: "take_back";
      readonly id: string;
      readonly service: ServiceName;
      /** Which of the live deployments of the service; null is whatever one click takes back. */
      readonly at: number | null;
      readonly graceSeconds: number;
      readonly hold: boolean;
      readonly sending: Sending;
    }
  | {
      readonly wish: "restart";
      readonly id: string;
      readonly service: ServiceName;
      readonly instances: readonly string[];
      readonly sending: Sending;
    }
  | { readonly wish: "act"; readonly action: Action; readonly at: number; readonly id: string }
  | { readonly wish: "settings" | "release"; readonly service: ServiceName; readonly mark: number }
  | { readonly wish: "by_hand"; readonly instance: string };

const WEIGHTS = { deploy: 44, take_back: 18, rollback: 12, restart: 6, act: 22, settings: 3, release: 4, by_hand: 2 } as const;

/** `id` is unique within the run. */
export function randomWish(random: Random, id: string): Wish {
  const wish = random.weighted(WEIGHTS);
  const service = random.pick(SERVICES);
  switch (wish) {
    case "deploy":
      return {
        wish,
        id,
        service,
        version: random.next() < 0.75 ? random.pick(GOOD_VERSIONS) : random.pick(VERSIONS).version,
        instances: someInstances(random, service),
        packageFault: random.weighted({ none: 85, stalls: 5, truncated: 5, lies: 5 }),
        strategy: deployStrategy(random),
        sending: randomSending(random),
      };
    case "rollback":
      return {
        wish,
        id,
        service,
        version: random.pick(GOOD_VERSIONS),
        instances: someInstances(random, service),
        strategy: { grace_seconds: random.pick([0, 0, 1, 2]), unknown_wait_seconds: random.whole(3, 12) },
        sending: randomSending(random),
      };
    case "take_back":
      return {
        wish,
        id,
        service,
        at: random.next() < 0.6 ? random.next() : null,
        graceSeconds: random.pick([0, 0, 1, 3]),
        hold: random.next() < 0.15,
        sending: randomSending(random),
      };
    case "restart":
      return { wish, id, service, instances: someInstances(random, service), sending: randomSending(random) };
    case "act":
      return { wish, action: random.pick(ACTIONS), at: random.next(), id };
    case "settings":
    case "release":
      return { wish, service, mark: random.whole(1, 1_000_000) };
    case "by_hand":
      return { wish, instance: random.pick(INSTANCES).id };
    default:
      return wish satisfies never;
  }
}

function someInstances(random: Random, service: ServiceName): readonly string[] {
  const all = INSTANCES.filter((instance) => instance.service === service).map(({ id }) => id);
  if (random.next() < 0.4) return all;
  const some = all.filter(() => random.next() < 0.5);
  return some.length > 0 ? some : [random.pick(all)];
}

function randomSending(random: Random): Sending {
  return { times: random.weighted({ "1": 70, "2": 20, "5": 10 }) === "1" ? 1 : random.whole(2, 5), clash: random.next() < 0.12 };
}

function deployStrategy(random: Random): Readonly<Record<string, unknown>> {
  const unknown_wait_seconds = random.whole(3, 12);
  const on_failure = random.pick(["roll_back", "roll_back", "pause", "stop"]);
  const slower = {
    bake_seconds: random.whole(0, 3),
    max_failed: random.pick([0, 0, 1]),
    on_failure,
    unknown_wait_seconds,
    stage_timeout_s: 20,
    grace_seconds: random.pick([0, 0, 0, 2]),
  };
  switch (random.weighted({ all_at_once: 40, canary: 30, rolling: 20, gated: 10 })) {
    case "all_at_once":
      return { preset: "all_at_once", on_failure, unknown_wait_seconds, stage_timeout_s: 20 };
    case "canary":
      return { preset: "canary", ...slower };
    case "rolling":
      return { preset: "rolling", wave_size: random.pick([1, "50%"]), ...slower };
    case "gated":
      return { preset: "canary", promotion: random.pick(["after_canary", "each_wave"]), ...slower };
  }
}
