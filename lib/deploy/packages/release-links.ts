/** Links with which a host fetches a release from the console: short-lived, signed, good for that one release. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { HostRef, ReleaseKey, ReleaseLinks, SignedLink } from "../ports";

/** Where the console serves releases, under its address. */
const FOLDER = "/packages/";
const VALID_S = 15 * 60;

/** `base`: address of the console as hosts reach it, without a path; null = they do not. */
export function createReleaseLinks(base: string | null, key: ReleaseKey): ReleaseLinks {
  const loopback = base !== null && isLoopback(new URL(base).hostname);
  return {
    reachableFrom: (host) => {
      if (base === null) return "no_address";
      return loopback && !isThisMachine(host) ? "loopback_address" : "reachable";
    },
    linkTo: async (sha256) => {
      if (base === null) throw new Error("the console has no address that hosts reach");
      const { secret, nowMs } = await key();
      const expires = String(Math.floor(nowMs / 1000) + VALID_S);
      const link = new URL(`${FOLDER}${sha256}`, base);
      link.search = new URLSearchParams({
        expires,
        signature: signatureOf(secret, sha256, expires).toString("base64url"),
      }).toString();
      return link.href;
    },
    isValid: (link) => isValid(link, key),
  };
}

async function isValid({ sha256, expires, signature }: SignedLink, key: ReleaseKey): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(sha256) || !/^[0-9]{1,12}$/.test(expires) || !/^[A-Za-z0-9_-]{43}$/.test(signature)) return false;
  const { secret, nowMs } = await key();
  const signed = timingSafeEqual(Buffer.from(signature, "base64url"), signatureOf(secret, sha256, expires));
  return signed && nowMs < Number(expires) * 1000;
}

function signatureOf(secret: Uint8Array, sha256: string, expires: string): Buffer {
  return createHmac("sha256", secret).update(`release ${sha256} until ${expires}`).digest();
}

function isThisMachine(host: HostRef): boolean {
  return host.kind === "local" || isLoopback(host.ssh.host ?? host.address);
}

function isLoopback(name: string): boolean {
  const address = name.replace(/^\[|\]$/g, "");
  return address === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}
