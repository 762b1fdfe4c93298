/** Has a release brought to a host, in the way that the service's settings say. */
import { bytesPerSecond, fetchPlan, type SentInstead } from "../domain/delivery";
import type { ServiceSettings } from "../domain/settings";
import type { Delivery, HostRef, Packages, ReleaseLinks, StageResult } from "../ports";
import type { StepTransport } from "./guarded-transport";
import { openRelease } from "./open-release";

interface Ports {
  readonly transport: Pick<StepTransport, "stage">;
  readonly packages: Packages;
  readonly links: ReleaseLinks;
}

export interface Bringing {
  readonly host: HostRef;
  readonly release: { readonly sha256: string; readonly size: number };
  /** Where the version's package came from. */
  readonly source: { readonly url: string; readonly sha256: string | null };
  readonly settings: Pick<ServiceSettings, "delivery">;
  /** A way back never waits for what serves. */
  readonly back: boolean;
}

export type Brought = StageResult & { readonly sentInstead?: { readonly why: SentInstead; readonly detail: string | null } };

/** Throws HostUnreachable, and SlipwayError where the bytes cannot be had. */
export async function bringRelease(
  ports: Ports,
  bringing: Bringing,
  options: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Brought> {
  const { host, release, source, settings, back } = bringing;
  const plan = fetchPlan(settings.delivery, {
    packageSha256: source.sha256,
    releaseSha256: release.sha256,
    console: ports.links.reachableFrom(host),
  });
  const delivery: Delivery = {
    address: plan.from === null ? null : () => addressOf(ports, plan.from, bringing, options.signal),
    bytesPerS: bytesPerSecond(settings.delivery),
    background: !back,
  };
  const open = () => openRelease(ports.packages, source, release.sha256, options.signal);
  const result = await ports.transport.stage(host, release, open, { ...options, delivery });
  if (result.kind === "failed" || !result.moved) return result;
  if (result.fetchFailed !== undefined) return { ...result, sentInstead: { why: "fetch_failed", detail: result.fetchFailed } };
  return plan.from === null && plan.why !== null ? { ...result, sentInstead: { why: plan.why, detail: null } } : result;
}

async function addressOf(
  { packages, links }: Ports,
  from: "console" | "origin",
  { release, source }: Bringing,
  signal: AbortSignal,
): Promise<string> {
  if (from === "origin") return new URL(source.url).href.replaceAll("\\", "%5C");
  // What the store has pruned is fetched into it again before a host asks for it.
  if ((await packages.sizeOf(release.sha256)) === null) await packages.fetch(source.url, { expectSha256: source.sha256, signal });
  return await links.linkTo(release.sha256);
}
