import { CONSOLE_URL } from "./console-url";
import { startSlipway } from "./slipway";

/** One whole Slipway, demo included, for all browser tests. */
export default async function setup(): Promise<() => Promise<void>> {
  const slipway = await startSlipway();
  process.env[CONSOLE_URL] = slipway.url;
  return () => slipway.stop();
}
