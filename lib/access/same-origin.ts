import { isIP } from "node:net";

/** Why a request is not let in; null when it is. */
export type Intrusion = "host" | "origin" | "cross_site";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keeps other people's web pages out of a console without sign-in. The `Host` must be a loopback name or address, or one that
 * is configured: a name that somebody points at 127.0.0.1 (DNS rebinding) is neither. A request that changes something must
 * come from a page of this very origin, or from no page at all.
 */
export function intrusionOf(request: Request, hosts: readonly string[]): Intrusion | null {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (!isOurs(host, hosts)) return "host";
  const safe = SAFE.has(request.method);
  const origin = request.headers.get("origin");
  if (!safe && origin !== null && hostOf(origin) !== host.toLowerCase()) return "origin";
  const crossSite = request.headers.get("sec-fetch-site") === "cross-site";
  // A link to a page or to the API's description may be followed from anywhere.
  const followed = safe && request.headers.get("sec-fetch-mode") === "navigate";
  return crossSite && !followed ? "cross_site" : null;
}

function isOurs(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, "");
  const address = name.replace(/^\[|\]$/g, "");
  if (name === "localhost" || name.endsWith(".localhost") || address === "::1") return true;
  if (isIP(address) === 4 && address.startsWith("127.")) return true;
  return hosts.includes(name);
}

/** `null`, and whatever else is no http origin, matches no host. */
function hostOf(origin: string): string | null {
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return null;
  const written = origin.replace(/^https?:\/\//i, "").toLowerCase();
  return new URL(origin).host === written || /^[^/?#@]+$/.test(written) ? written : null;
}
