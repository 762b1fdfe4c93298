/** The one Prisma client of a process, and transactions over it. Nothing outside this folder imports Prisma. */
import { PrismaPg } from "@prisma/adapter-pg";
import { Prisma, PrismaClient } from "./generated/client";

export type Database = PrismaClient;
export type Tx = Prisma.TransactionClient;
export { Prisma };

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of the pool, default 10. */
  readonly poolSize?: number;
}

export function openDatabase({ url, poolSize = 10 }: DatabaseOptions): Database {
  // Compiling a plan costs more than any statement here: 3.6 s for a count that itself takes 0.1 s, measured on 50,000 instances.
  const options = "-c jit=off -c random_page_cost=1.1";
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options,
  });
  return new PrismaClient({ adapter });
}

/** Codes of PostgreSQL after which the same transaction may be tried again: nothing of it was kept. */
const WORTH_ANOTHER_TRY = new Set(["40001", "40P01"]);
const MOST_TRIES = 5;

/** Transactions that have written events. */
const telling = new WeakSet<Tx>();

/** Said by whoever writes events in this transaction: they are numbered after its commit. */
export function tellsEvents(tx: Tx): void {
  telling.add(tx);
}

/**
 * Runs `work` in one transaction and numbers the events it wrote after the commit, so that streams see them at once.
 * Deadlocks and serialization failures are tried again, at most five times in all; `work` must have no other effect.
 */
export async function inTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const { value, tells } = await repeated(() =>
    db.$transaction(async (tx) => ({ value: await work(tx), tells: telling.has(tx) }), { maxWait: 10_000, timeout: 30_000 }),
  );
  if (!tells) return value;
  // Done is done: what cannot be numbered now is numbered by the next writer, or by a worker within seconds.
  await repeated(() => numberEvents(db)).catch(() => undefined);
  return value;
}

async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= MOST_TRIES || !WORTH_ANOTHER_TRY.has(databaseErrorCode(error) ?? "")) throw error;
    }
  }
}

/** Gives every committed event its place in the streams. Safe at any time, by any number of processes. */
export async function numberEvents(db: Database): Promise<void> {
  await db.$queryRaw`SELECT number_events() AS top`;
}

/** The SQLSTATE behind an error of Prisma's or of the driver's; null when it is neither. */
export function databaseErrorCode(error: unknown): string | null {
  for (let at: unknown = error; typeof at === "object" && at !== null; ) {
    const code = readCode(at);
    if (code !== null) return code;
    at = "cause" in at ? at.cause : null;
  }
  return null;
}

function readCode(at: object): string | null {
  if ("originalCode" in at && typeof at.originalCode === "string") return at.originalCode;
  if ("meta" in at && typeof at.meta === "object" && at.meta !== null) {
    if ("code" in at.meta && typeof at.meta.code === "string" && at.meta.code.length === 5) return at.meta.code;
    if ("driverAdapterError" in at.meta && typeof at.meta.driverAdapterError === "object" && at.meta.driverAdapterError !== null)
      return databaseErrorCode(at.meta.driverAdapterError);
  }
  if ("code" in at && typeof at.code === "string" && /^[0-9A-Z]{5}$/.test(at.code) && !at.code.startsWith("P2")) return at.code;
  return null;
}

/** SQLSTATE classes after which the database is away or full, not the statement wrong. */
const AWAY = /^(?:08|53|57P0)/;
const AWAY_KINDS: ReadonlySet<unknown> = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
  "TlsConnectionError",
]);
/** Prisma's own: not reachable, timed out, no connection or transaction to be had in time. */
const AWAY_CODES: ReadonlySet<unknown> = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2037"]);

/** The driver's own words when a connection went while it was in use; Prisma passes them on as they are. */
const CONNECTION_GONE =
  /^(?:Client (?:has encountered a connection error|was closed) and is not queryable|Connection terminated\b)/;

/** Whether the database could not be reached or had no room, so that the same request may succeed later. */
export function databaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (error instanceof Error && CONNECTION_GONE.test(error.message)) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (AWAY_CODES.has(error.code) || AWAY.test(databaseErrorCode(error) ?? "")) return true;
  const adapter: unknown = error.meta?.driverAdapterError;
  const cause = typeof adapter === "object" && adapter !== null && "cause" in adapter ? adapter.cause : null;
  return typeof cause === "object" && cause !== null && "kind" in cause && AWAY_KINDS.has(cause.kind);
}
