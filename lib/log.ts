import pino, { type Logger } from "pino";

declare global {
  var slipwayLog: Logger | undefined;
}

/** One JSON line an event on standard output. Addresses, bodies and headers never go into it: they may carry secrets. */
export function log(): Logger {
  globalThis.slipwayLog ??= pino({ level: process.env.SLIPWAY_LOG ?? "info", base: null });
  return globalThis.slipwayLog;
}
