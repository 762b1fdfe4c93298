import type { ServiceSettings } from "../../domain/settings";
import type { Database } from "../database";
import { settingsOf } from "../settings-revision";

/** Revisions are written once and never changed: what was read is kept, the newest few of them. */
const KEPT = 256;

/** Settings by service and revision. Throws when there is no such revision. */
export function createSettingsReader(db: Database): (service: string, revision: number) => Promise<ServiceSettings> {
  const kept = new Map<string, Promise<ServiceSettings>>();
  return (service, revision) => {
    const key = JSON.stringify([service, revision]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const asked = read(db, service, revision);
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return asked;
  };
}

async function read(db: Database, service: string, revision: number): Promise<ServiceSettings> {
  const row = await db.settingsRevision.findUniqueOrThrow({ where: { service_revision: { service, revision } } });
  return settingsOf(row.settings);
}
