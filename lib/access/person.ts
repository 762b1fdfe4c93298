import type { Actor } from "@/lib/deploy/ports";

/**
 * A name that somebody gave of themselves on the settings page. It is a label for the history and no authentication: whoever
 * reaches the console may write any name. It exists so that two people at one console can be told apart.
 */
export const PERSON_COOKIE = "slipway_person";

const NAME = /^[^\p{Cc}]{1,128}$/u;

/** Who asks: the name in the cookie, else the person whom the installation is set to. */
export function actorOf(request: Request, fallback: string): Actor {
  return { name: personIn(request.headers.get("cookie")) ?? fallback };
}

function personIn(cookies: string | null): string | null {
  for (const pair of (cookies ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at < 0 || pair.slice(0, at).trim() !== PERSON_COOKIE) continue;
    const name = decoded(pair.slice(at + 1).trim());
    if (name !== null && NAME.test(name) && name.trim() !== "") return name.trim();
  }
  return null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
