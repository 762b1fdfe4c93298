import { CONSOLE_URL, DATA_FOLDER } from "./console-url";
import { demoIsThere } from "./demo";
import { startSlipway } from "./slipway";

/**
 * One whole Slipway, demo included, for all browser tests. A version counts as proven at once: no test can wait the ten minutes
 * after which a rollback needs no second look.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const slipway = await startSlipway({ SLIPWAY_TRUSTED_AFTER: "0" });
  process.env[CONSOLE_URL] = slipway.url;
  process.env[DATA_FOLDER] = slipway.data;
  try {
    await demoIsThere(slipway);
  } catch (error) {
    await slipway.stop();
    throw error;
  }
  return () => slipway.stop();
}
