/** Slipway itself is replaced by a newer build while it carries rollouts out. */
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployMigrations } from "@/lib/postgres/migrate";
import type { Deeds } from "./testing/deeds";
import { onFleet } from "./testing/on-fleet";
import { expectTheTruth } from "./testing/truth";
import { until } from "./testing/until";

const SLOWLY = { timeout: 300_000 };
const MIGRATIONS = resolve("prisma", "migrations");
const ONE_BY_ONE = { canary: 1, waveSize: 1, bakeSeconds: 0, minHealthy: "0%" } as const;
const TABLES =
  "services hosts instances observations versions activations rollouts rollout_targets steps owed events workers".split(" ");

/** The newer build: its `host.sh` reads otherwise, and its migration adds to every table that the engine works on. */
let newer: { readonly folder: string; readonly programFolder: string; readonly migrations: string };

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-newer-"));
  const [programFolder, migrations] = [join(folder, "host"), join(folder, "migrations")];
  await cp(resolve("lib", "deploy", "hosts", "host"), programFolder, { recursive: true });
  await appendFile(join(programFolder, "base.sh"), "\n# A newer one.\n");
  await cp(MIGRATIONS, migrations, { recursive: true });
  const next = join(migrations, "29990101000000_next");
  await mkdir(next);
  const added = TABLES.map(
    (table) => `ALTER TABLE "${table}" ADD COLUMN "next_note" text, ADD COLUMN "next_count" int NOT NULL DEFAULT 0;`,
  );
  await writeFile(
    join(next, "migration.sql"),
    [...added, "CREATE TABLE next_things (id int);", "ALTER TYPE rollout_status ADD VALUE 'resting';"].join("\n"),
  );
  newer = { folder, programFolder, migrations };
});
afterAll(() => rm(newer.folder, { recursive: true, force: true }));

/** Another instance is being changed than those that have been. */
const nextBegins = (deeds: Deeds, id: string, done: number) =>
  until(`${done} are done and the next one begins`, async () => {
    const statuses = (await deeds.targets(id)).map((target) => target.status);
    const under = statuses.some((status) => status === "switching" || status === "verifying");
    return under && statuses.filter((status) => status === "succeeded").length >= done;
  });

describe("a newer build in the middle of a rollout", SLOWLY, () => {
  it(
    "takes it over from the older one, both side by side for a while: nothing is lost and nothing done twice",
    onFleet(
      async (deeds, fleet) => {
        const older = await fleet.childWorker();
        await until("the worker is known", async () => (await fleet.core.db.worker.count()) > 0);
        await deeds.runs("1.0");
        await fleet.publish("2.0", "slow");
        const id = await deeds.deploy("2.0", { strategy: ONE_BY_ONE });
        await nextBegins(deeds, id, 0);

        // The newer one migrates first. The older ones go on, the pages and the API too, and one that has to start again can.
        expect((await deployMigrations(fleet.config.databaseUrl, newer.migrations)).applied).toEqual(["29990101000000_next"]);
        expect(await deployMigrations(fleet.config.databaseUrl, MIGRATIONS)).toEqual({
          applied: [],
          unknown: ["29990101000000_next"],
        });
        const second = await fleet.childWorker({ programFolder: newer.programFolder });
        await nextBegins(deeds, id, 1);
        expect((await fleet.core.queries.rollout(id)).status).toBe("running");
        await older.stop();
        await deeds.ended(id, "succeeded");
        expect(older.complaints + second.complaints).toBe("");
        expect(fleet.problems).toEqual([]);

        for (const instance of fleet.instances) expect(await deeds.story(instance)).toEqual(["1.0 replaced", "2.0 runs"]);
        for (const { journal } of await fleet.reports())
          expect(new Set(journal.map((entry) => entry.tx)).size).toBe(journal.length);
        const programs = await readdir(join(fleet.hosts[0]?.root ?? "", "bin"));
        expect(
          programs.filter((name) => name.startsWith("host-")),
          "each build's own on the host",
        ).toHaveLength(2);
        await expectTheTruth(fleet);

        // And back: the older build is put in its place again, and takes the rollout back.
        await second.stop();
        await fleet.childWorker();
        await deeds.ended((await deeds.takeBack({ takesBack: id })).id, "succeeded");
        for (const instance of fleet.instances) expect((await deeds.story(instance)).at(-1)).toBe("1.0 runs");
        await expectTheTruth(fleet);
      },
      { workers: 0, each: 3 },
    ),
  );
});
