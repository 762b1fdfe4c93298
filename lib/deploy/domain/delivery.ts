/** How a package gets to the hosts of a service. */

/**
 * `push`: sent through the connection. `pull`: the host fetches it from the console. `origin`: the host fetches it from where the
 * version's package came from.
 */
export const DELIVERY_MODES = ["push", "pull", "origin"] as const;
export type DeliveryMode = (typeof DELIVERY_MODES)[number];

export interface DeliverySettings {
  readonly mode: DeliveryMode;
  /** Thousand bits a second of one transfer, as links are rated; null = as fast as it goes. A transfer takes one host its package. */
  readonly limitKbitS: number | null;
}

export const DEFAULT_DELIVERY: DeliverySettings = { mode: "push", limitKbitS: null };

/** Why a package was sent although the host was to fetch it. Each has its sentence in the message files. */
export type SentInstead =
  /** The console has no address that hosts could reach it at. */
  | "no_address"
  /** The console's address is a loopback one, and the host is another machine. */
  | "loopback_address"
  /** What goes to hosts was made from a package of another kind: nobody else has these bytes. */
  | "converted"
  /** The host could not have them. */
  | "fetch_failed";

export type FetchPlan = { readonly from: "console" | "origin" } | { readonly from: null; readonly why: SentInstead | null };

export interface FetchFacts {
  /** Digest of the package as it lies at its URL; null where that is not known. */
  readonly packageSha256: string | null;
  /** Digest of what goes to hosts. */
  readonly releaseSha256: string;
  /** Whether the host reaches the console. */
  readonly console: "reachable" | "no_address" | "loopback_address";
}

/** From where a host fetches a release, or why it does not although the settings say so. */
export function fetchPlan({ mode }: DeliverySettings, facts: FetchFacts): FetchPlan {
  switch (mode) {
    case "push":
      return { from: null, why: null };
    case "pull":
      return facts.console === "reachable" ? { from: "console" } : { from: null, why: facts.console };
    case "origin":
      return facts.packageSha256 === facts.releaseSha256 ? { from: "origin" } : { from: null, why: "converted" };
    default:
      return mode satisfies never;
  }
}

/** Bytes a second of a limit. */
export function bytesPerSecond({ limitKbitS }: DeliverySettings): number | null {
  return limitKbitS === null ? null : limitKbitS * 125;
}
