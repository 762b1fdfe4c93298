import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent } from "undici";
import { type AddressRules, addressAllowed } from "./address-rules";

/** A name resolved to an address that packages may not come from. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
  constructor(readonly address: string) {
    super(`address ${address} is refused`);
  }
}

export type Resolve = (hostname: string, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

const systemResolver: Resolve = (hostname, done) => lookup(hostname, { all: true }, done);

/**
 * Connections that go only where the rules allow. A name is resolved once, one bad address refuses it, and the very addresses
 * that were judged are connected to: a name that answers differently the second time (DNS rebinding) gains nothing.
 * Redirects are not followed. `stallTimeoutMs` bounds the wait for headers and every silence of a body.
 */
export function guardedAgent(rules: AddressRules, stallTimeoutMs: number, resolve: Resolve = systemResolver): Agent {
  return new Agent({
    connections: 1,
    pipelining: 1,
    headersTimeout: stallTimeoutMs,
    bodyTimeout: stallTimeoutMs,
    connect: { timeout: Math.min(stallTimeoutMs, 10_000), lookup: judgedLookup(rules, resolve) },
  });
}

function judgedLookup(rules: AddressRules, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const refused = addresses.find(({ address }) => !addressAllowed(address, rules));
      if (refused !== undefined) return callback(new AddressRefused(refused.address), []);
      const [first] = addresses;
      if (first === undefined) return callback(Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" }), []);
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
}
