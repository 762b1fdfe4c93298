/** Brings the database of DATABASE_URL to the newest migration: `npm run db:deploy`. */
import path from "node:path";
import { deployMigrations } from "../lib/postgres/migrate";

const url = process.env.DATABASE_URL;
if (!url) {
  console.error("Set DATABASE_URL to the database that is to be migrated.");
  process.exit(64);
}
try {
  const { applied } = await deployMigrations(url, path.join(import.meta.dirname, "..", "prisma", "migrations"));
  console.log(applied.length === 0 ? "The database is up to date." : `Applied ${applied.join(", ")}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
