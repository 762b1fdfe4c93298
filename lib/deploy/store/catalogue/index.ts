import { SlipwayError } from "../../domain/errors";
import type { CatalogueStore } from "../../ports/catalogue";
import { type Database, databaseErrorCode, inTransaction } from "../database";
import { writeAudit, writeEvents } from "../events";
import { hostsIn } from "./hosts";
import { instancesIn } from "./instances";
import { servicesIn } from "./services";
import { versionsIn } from "./versions";

const UNIQUE_VIOLATION = "23505";

export function createCatalogueStore(db: Database): CatalogueStore {
  return {
    transaction: async (work) => {
      try {
        return await inTransaction(db, (tx) =>
          work({
            ...servicesIn(tx),
            ...hostsIn(tx),
            ...instancesIn(tx),
            ...versionsIn(tx),
            write: async (events, audit) => {
              await writeEvents(tx, events);
              await writeAudit(tx, audit);
            },
          }),
        );
      } catch (error) {
        if (databaseErrorCode(error) === UNIQUE_VIOLATION) throw new SlipwayError("already_exists", {}, { cause: error });
        throw error;
      }
    },
    audit: (entry) => inTransaction(db, (tx) => writeAudit(tx, entry)),
  };
}
