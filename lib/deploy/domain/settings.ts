/** A service's settings: immutable, numbered revisions. An activation records its revision; going back restores both. */
import type { DeliverySettings } from "./delivery";
import type { Limits, Running } from "./running";
import type { Strategy } from "./strategy";

export type HealthCheck =
  | { readonly kind: "http"; readonly path: string; readonly status: number }
  | { readonly kind: "tcp" }
  | { readonly kind: "command"; readonly argv: readonly string[] };

export interface ServiceSettings {
  /** Program and arguments, run in `folder` of the release; never passed through a shell. */
  readonly start: readonly string[];
  /** Name → value. Kept and shown as it is: no place for secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** User to run as, or null for the one that `host.sh` runs as. */
  readonly user: string | null;
  /** Working folder inside the release; "" is its top. Relative, without `..`. */
  readonly folder: string;
  readonly stopSignal: "TERM" | "INT" | "QUIT" | "HUP" | "USR1" | "USR2";
  readonly stopGraceS: number;
  /** Longest time from start to the second good answer. */
  readonly startDeadlineS: number;
  readonly hooks: { readonly preStop: readonly string[] | null; readonly postStart: readonly string[] | null };
  readonly health: HealthCheck;
  /** Path that answers with the version in plain text, or with a JSON object that has it as `version`. */
  readonly versionAt: { readonly path: string } | null;
  readonly delivery: DeliverySettings;
  readonly runs: Running;
  /** Where somebody else than root signs in: what only root may do is done through `sudo -n`. */
  readonly sudo: boolean;
  readonly limits: Limits;
  readonly strategy: Partial<Strategy>;
}
