/** A version is bound to the bytes of its package at first use. */
import { SlipwayError } from "../../domain/errors";
import type { StoredPackage } from "../../ports";
import type { PackageState, PackageWish } from "../../ports/rollouts";
import { type Database, inTransaction } from "../database";
import { writeEvents } from "../events";
import { stored as storedJson } from "../json";

const COLORS = 8;

export async function packageOf(db: Database, id: string): Promise<PackageState> {
  const rollout = await db.rollout.findUniqueOrThrow({ where: { id } });
  if (rollout.kind === "rollback" || rollout.version === null || rollout.packageUrl === null) return { kind: "bound" };
  const bound = await db.version.findUnique({
    where: { service_version: { service: rollout.service, version: rollout.version } },
  });
  const barrier = storedJson<PackageWish["barrier"]>(rollout.barrier);
  const wish = {
    service: rollout.service,
    version: rollout.version,
    url: rollout.packageUrl,
    expectSha256: rollout.packageSha256,
    barrier,
  };
  // The same address again is taken at its word while the store has the bytes; another one is fetched and compared.
  const kept =
    bound?.packageUrl === rollout.packageUrl &&
    barrier === null &&
    (await db.packageBlob.count({ where: { releaseSha256: bound.releaseSha256 } })) > 0;
  return kept ? { kind: "bound" } : { kind: "wanted", wish };
}

export async function bindVersion(db: Database, wish: PackageWish, stored: StoredPackage): Promise<void> {
  const { service, version } = wish;
  await inTransaction(db, async (tx) => {
    const taken = await tx.$queryRaw<
      { color: number; n: number }[]
    >`SELECT color, count(*)::int AS n FROM versions WHERE service = ${service} GROUP BY color`;
    const inserted = await tx.$executeRaw`
      INSERT INTO versions (service, version, package_url, package_sha256, package_size, release_sha256, release_size, color)
      VALUES (${service}, ${version}, ${wish.url}, ${stored.sha256}, ${stored.size}, ${stored.release.sha256}, ${stored.release.size}, ${leastUsedColor(taken)})
      ON CONFLICT (service, version) DO NOTHING`;
    const bound = await tx.version.findUniqueOrThrow({ where: { service_version: { service, version } } });
    if (bound.packageSha256 !== stored.sha256) {
      throw new SlipwayError("version_content_changed", { service, version, bound: bound.packageSha256, found: stored.sha256 });
    }
    if (inserted > 0)
      await writeEvents(tx, [{ code: "version_bound", params: { version, sha256: stored.sha256, size: stored.size }, service }]);
    if (wish.barrier !== null && bound.barrierReason === null) {
      await tx.version.update({
        where: { service_version: { service, version } },
        data: { barrierReason: wish.barrier.reason, barrierBy: wish.barrier.by, barrierAt: new Date() },
      });
      await writeEvents(tx, [
        {
          code: "barrier_set",
          params: { version, reason: wish.barrier.reason, by: wish.barrier.by },
          actor: wish.barrier.by,
          service,
        },
      ]);
    }
  });
}

/** By order of first sight, so that neighbours differ and a colour comes back only after all others. */
function leastUsedColor(taken: readonly { readonly color: number; readonly n: number }[]): number {
  const used = new Map(taken.map((row) => [row.color, row.n]));
  const colors = Array.from({ length: COLORS }, (_, color) => color);
  return colors.reduce((best, color) => ((used.get(color) ?? 0) < (used.get(best) ?? 0) ? color : best), 0);
}
