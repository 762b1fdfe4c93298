/** The `ObservationStore` port over PostgreSQL. */
import type { ObservationStore } from "../../ports/observations";
import { type Database, numberEvents } from "../database";
import { claimDebts, postponeDebt, releaseDebts, renewDebts } from "./debt-leases";
import { fenceDebt, settleDebt } from "./debts";
import { claimHealthQuestions, recordHealth } from "./health";
import { claimHosts, recordInspection, recordSilence } from "./inspection";

export function createObservationStore(db: Database): ObservationStore {
  return {
    claimHealthQuestions: (limit) => claimHealthQuestions(db, limit),
    recordHealth: (answers) => recordHealth(db, answers),
    claimHosts: (limit) => claimHosts(db, limit),
    recordInspection: (asked, reports) => recordInspection(db, asked, reports),
    recordSilence: (asked, silence) => recordSilence(db, asked, silence),
    claimDebts: (limit, leaseMs) => claimDebts(db, limit, leaseMs),
    renewDebts: (ids, leaseMs) => renewDebts(db, ids, leaseMs),
    releaseDebts: (ids) => releaseDebts(db, ids),
    fenceDebt: (debt) => fenceDebt(db, debt),
    settleDebt: (debt, settlement) => settleDebt(db, debt, settlement),
    postponeDebt: (debt) => postponeDebt(db, debt),
    workerAlive: async (id, machine, pid) => {
      await db.$executeRaw`INSERT INTO workers (id, machine, pid) VALUES (${id}, ${machine}, ${pid}) ON CONFLICT (id) DO UPDATE SET last_seen_at = clock_timestamp(), stopped_at = NULL`;
      await numberEvents(db);
    },
    workerStopped: async (id) => {
      await db.$executeRaw`UPDATE workers SET stopped_at = clock_timestamp() WHERE id = ${id}`;
    },
  };
}
