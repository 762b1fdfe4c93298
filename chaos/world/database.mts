/** A real PostgreSQL that keeps its port, so that it can be killed and come back. */
import { chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Cluster, DATABASE_USER, openCluster } from "../../lib/postgres/cluster";
import { deployMigrations } from "../../lib/postgres/migrate";
import { clearStalePid, findPostmaster, spawnServer, stopPostmaster } from "../../lib/postgres/postmaster";
import { killIfThere } from "./leftovers.mjs";

const START_WITHIN_MS = 60_000;
const NAME = "slipway";

export class ChaosDatabase {
  #looking: pg.Client | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly cluster: Cluster,
    private readonly home: string,
    private readonly port: number,
  ) {}

  static async start(home: string, port: number): Promise<ChaosDatabase> {
    await mkdir(home, { recursive: true, mode: 0o711 });
    await chmod(home, 0o711);
    const database = new ChaosDatabase(await openCluster(home), home, port);
    await database.start();
    const admin = await database.connect("postgres");
    await admin.query(`CREATE DATABASE ${NAME}`);
    await admin.end();
    await deployMigrations(database.url, path.join(import.meta.dirname, "..", "..", "prisma", "migrations"));
    return database;
  }

  get url(): string {
    return this.urlOf(NAME);
  }

  private urlOf(name: string): string {
    return `postgresql://${DATABASE_USER}:${this.cluster.password}@127.0.0.1:${this.port}/${name}`;
  }

  /** Resolves when it answers, recovery after a crash included; does nothing while it runs. */
  async start(): Promise<void> {
    for (const deadline = performance.now() + START_WITHIN_MS; ; ) {
      if ((await findPostmaster(this.cluster.data)) === undefined) {
        await clearStalePid(this.cluster.data);
        const server = spawnServer(this.cluster, {
          port: this.port,
          maxConnections: 150,
          durability: "full",
          logFile: path.join(this.home, "postgres.log"),
        });
        await Promise.race([server.exited, sleep(300)]);
      }
      if (await this.answers()) return;
      if (performance.now() > deadline) throw new Error("the database does not come back");
      await sleep(50);
    }
  }

  /** The postmaster alone; its children notice. False when it did not run. */
  async kill(): Promise<boolean> {
    const server = await findPostmaster(this.cluster.data);
    return server !== undefined && killIfThere(server.pid);
  }

  /** The caller ends it. A connection that is cut tells so at its next query. */
  async connect(name = NAME): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.urlOf(name),
      connectionTimeoutMillis: 5_000,
      application_name: "chaos",
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** The rows, or null while the database cannot be asked. One connection is kept for these looks, which take turns. */
  look<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<readonly Row[] | null> {
    const look = this.#turn.then(() => this.#look<Row>(sql, values));
    this.#turn = look;
    return look;
  }

  async #look<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<readonly Row[] | null> {
    try {
      this.#looking ??= await this.connect();
      return (await this.#looking.query<Row>(sql, [...values])).rows;
    } catch {
      const broken = this.#looking;
      this.#looking = null;
      await broken?.end().catch(() => undefined);
      return null;
    }
  }

  async stop(): Promise<void> {
    await this.#looking?.end().catch(() => undefined);
    await stopPostmaster(this.cluster.data, 10_000);
  }

  private async answers(): Promise<boolean> {
    try {
      const client = await this.connect("postgres");
      await client.end();
      return true;
    } catch {
      return false;
    }
  }
}
