import { readdir } from "node:fs/promises";
import { core, databaseAway } from "@/lib/deploy/compose";
import { log } from "@/lib/log";

export interface Readiness {
  readonly ready: boolean;
  /** `unknown`: something else went wrong, which the log tells. */
  readonly database: "ok" | "away" | "unknown";
  /** Migrations of this build that the database has not had. */
  readonly missing: readonly string[];
}

export async function readiness(): Promise<Readiness> {
  try {
    const { reads, config } = core();
    const applied = new Set(await reads.appliedMigrations());
    const folders = await readdir(config.migrations, { withFileTypes: true });
    const missing = folders.filter((entry) => entry.isDirectory() && !applied.has(entry.name)).map((entry) => entry.name);
    return { ready: missing.length === 0, database: "ok", missing };
  } catch (error) {
    log().warn({ err: error }, "not ready");
    return { ready: false, database: databaseAway(error) ? "away" : "unknown", missing: [] };
  }
}
