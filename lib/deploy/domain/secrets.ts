/** Values that a service keeps in its environment and that must not be told by what it prints. */
import type { Evidence } from "./errors";
import type { ServiceSettings } from "./settings";

const NAMED_SECRET = /PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)(API_?)?KEYS?($|_)|(^|_)(PWD|PASS|DSN|AUTH)($|_)/i;
/** What is shorter than this stands in ordinary words, too: hiding it would hide the log. */
const SHORTEST = 4;
/** Lines of evidence are cut off here; a secret may be cut with them. */
const LINE_END = 500;
export const HIDDEN = "•••";

/** Removes from a text the values of the settings' environment whose names say that they are secret. */
export type Mask = (text: string) => string;

/** The longest first, so that one secret that begins another leaves no rest of it. Of a value of several lines each line is one. */
export function maskOf({ environment }: Pick<ServiceSettings, "environment">): Mask {
  const secrets = Object.entries(environment)
    .filter(([name]) => NAMED_SECRET.test(name))
    .flatMap(([, value]) => [value, ...value.split("\n"), encodeURIComponent(value)])
    .filter((value) => value.trim().length >= SHORTEST);
  const distinct = [...new Set(secrets)].sort((a, b) => b.length - a.length);
  return (text) => distinct.reduce((masked, secret) => withoutEnd(masked.replaceAll(secret, HIDDEN), text, secret), text);
}

/** A line that was cut off may end with the beginning of a secret. */
function withoutEnd(masked: string, text: string, secret: string): string {
  if (text.length < LINE_END) return masked;
  for (let length = secret.length - 1; length >= SHORTEST; length -= 1)
    if (masked.endsWith(secret.slice(0, length))) return masked.slice(0, -length) + HIDDEN;
  return masked;
}

export function maskEvidence(evidence: Evidence, mask: Mask): Evidence {
  return {
    ...evidence,
    health: evidence.health.map((answer) => ({ ...answer, detail: mask(answer.detail) })),
    log: evidence.log.map(mask),
  };
}
