import type { Strategy } from "../deploy/domain/strategy";
import type { DemoService } from "./catalogue";

/** One rollout of the demo's past. Run in order within a service; services may go at the same time. */
export type StoryStep =
  | {
      readonly kind: "deployment";
      /** Idempotency key, the same at every start. */
      readonly id: string;
      readonly service: DemoService["name"];
      readonly version: string;
      /** "all", or the first so many instances of the service. */
      readonly instances: "all" | number;
      readonly by: string;
      readonly reason: string;
      readonly commit: string;
      readonly ends: "succeeded" | "rolled_back";
    }
  | {
      readonly kind: "rollback";
      readonly id: string;
      readonly service: DemoService["name"];
      /** Id of the deployment that it takes back. */
      readonly takesBack: string;
      readonly by: string;
      readonly reason: string;
      readonly ends: "succeeded";
    };

/** Nobody waits at the first start: one wave, no bake, no grace. */
export const STORY_STRATEGY: Partial<Strategy> = {
  canary: 0,
  waveSize: "100%",
  maxParallel: 100,
  bakeSeconds: 0,
  promotion: "auto",
  maxFailed: 0,
  minHealthy: "0%",
  onFailure: "roll_back",
  spread: false,
  startAt: null,
  graceSeconds: 0,
};

/** Every one is really done: packages fetched, processes started, questions answered. */
export const DEMO_STORY: readonly StoryStep[] = [
  deployment("checkout", "2.3.0", "Mei Lin", "First release on the new hosts", "4f0c2ab"),
  deployment("search", "5.1.0", "Jonas Weber", "First release on the new hosts", "9d17e30"),
  deployment("mailer", "1.8.0", "Priya Nair", "First release on the new hosts", "c2b8814"),
  deployment("checkout", "2.3.1", "Mei Lin", "Tax was off by a cent on long orders", "71e5d09"),
  deployment("search", "5.2.0", "Jonas Weber", "Ranking by what was bought together", "e84a6f2"),
  deployment("mailer", "1.9.0", "Priya Nair", "Invoices as attachments", "0ad93c7"),
  { ...deployment("checkout", "2.4.0", "Tomás Silva", "New payment gateway", "b36f1d5"), ends: "rolled_back" },
  {
    kind: "rollback",
    id: "demo-search-5.2.0-back",
    service: "search",
    takesBack: "demo-search-5.2.0",
    by: "Jonas Weber",
    reason: "Returned goods rank first",
    ends: "succeeded",
  },
  {
    ...deployment("mailer", "1.9.1", "Priya Nair", "Try on two instances: invoices were attached twice", "5c70be8"),
    instances: 2,
  },
  deployment("checkout", "2.4.1", "Tomás Silva", "New payment gateway, second try", "d90e427"),
];

type Deployment = Extract<StoryStep, { kind: "deployment" }>;

function deployment(service: DemoService["name"], version: string, by: string, reason: string, commit: string): Deployment {
  return {
    kind: "deployment",
    id: `demo-${service}-${version}`,
    service,
    version,
    instances: "all",
    by,
    reason,
    commit,
    ends: "succeeded",
  };
}
