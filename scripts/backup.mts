/** Copies the embedded database while it works: `npm run backup -- FOLDER`. The folder must not exist. */
import path from "node:path";
import { backUpEmbedded } from "../lib/postgres/backup";

const [target, ...more] = process.argv.slice(2);
if (target === undefined || more.length > 0) {
  console.error("Usage: npm run backup -- FOLDER   (a folder that does not exist yet)");
  process.exit(64);
}
try {
  const data = path.resolve(import.meta.dirname, "..", process.env.SLIPWAY_DATA || ".slipway");
  await backUpEmbedded(path.join(data, "postgres"), path.resolve(target));
  console.log(`The database is in ${path.resolve(target)}; docs/backup.md says how it is restored.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
