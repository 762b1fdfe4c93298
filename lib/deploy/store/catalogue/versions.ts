import type { CatalogueTx } from "../../ports/catalogue";
import type { Tx } from "../database";

type Versions = Pick<CatalogueTx, "lockVersion" | "withdraw" | "setBarrier">;

export function versionsIn(tx: Tx): Versions {
  return {
    lockVersion: async (service, version) => {
      const [row] = await tx.$queryRaw<{ barrierReason: string | null; withdrawnAt: Date | null }[]>`
        SELECT "barrier_reason" AS "barrierReason", "withdrawn_at" AS "withdrawnAt" FROM "versions"
        WHERE "service" = ${service} AND "version" = ${version} FOR UPDATE`;
      if (row === undefined) return null;
      return {
        version,
        barrier: row.barrierReason === null ? null : { reason: row.barrierReason },
        withdrawn: row.withdrawnAt !== null,
      };
    },
    withdraw: async (service, version, by, reason) => {
      await tx.$executeRaw`
        UPDATE "versions" SET "withdrawn_at" = clock_timestamp(), "withdrawn_by" = ${by}, "withdrawn_reason" = ${reason}
        WHERE "service" = ${service} AND "version" = ${version}`;
    },
    setBarrier: async (service, version, barrier) => {
      await tx.$executeRaw`
        UPDATE "versions" SET "barrier_reason" = ${barrier?.reason ?? null}, "barrier_by" = ${barrier?.by ?? null},
          "barrier_at" = CASE WHEN ${barrier?.reason ?? null}::text IS NULL THEN NULL ELSE clock_timestamp() END
        WHERE "service" = ${service} AND "version" = ${version}`;
    },
  };
}
