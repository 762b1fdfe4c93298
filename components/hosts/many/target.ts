/** `[user@][host][:port]`, `[v6]:port` or `ssh://user@host:port`, taken apart; null for what is none. */
export interface Target {
  readonly user: string | null;
  readonly host: string | null;
  /** As it is written. */
  readonly port: string | null;
}

const V4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const V6 = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i;

/** Looks like an IP address; whether it is one, the contract's schema says. */
export function isAddress(word: string): boolean {
  return V4.test(word) || V6.test(word);
}

/** Can be nothing but the way to a host: has a user, a port, or is an address. */
export function isTarget(word: string): boolean {
  return isAddress(word) || /[@:]/.test(word);
}

export function targetOf(word: string): Target | null {
  const written = word.replace(/^ssh:\/\//i, "").replace(/\/$/, "");
  const at = written.lastIndexOf("@");
  const user = at === -1 ? null : written.slice(0, at);
  const place = written.slice(at + 1);
  if (isAddress(place)) return { user: filled(user), host: place, port: null };
  const found = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(.*))?$/.exec(place);
  if (found === null) return null;
  const target = { user: filled(user), host: filled(found[1] ?? found[2]), port: filled(found[3]) };
  return target.user === null && target.host === null && target.port === null ? null : target;
}

function filled(text: string | null | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

/** A port's number; null for what is none. */
export function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** A name for a host that is known by where it is: what a name may not have in it becomes a dash. */
export function nameFor(host: string): string {
  return host.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replaceAll(/^[-._]+|[-._]+$/g, "");
}
