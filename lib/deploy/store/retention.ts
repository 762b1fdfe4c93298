import type { Retention } from "../ports/jobs";
import type { Database } from "./database";

export function createRetention(db: Database): Retention {
  return {
    hosts: async () =>
      (await db.host.findMany({ where: { state: { not: "retired" } }, select: { name: true }, orderBy: { name: "asc" } })).map(
        (host) => host.name,
      ),
    neededOn: async (host) => {
      const rows = await db.$queryRaw<{ release: string }[]>`
        WITH here AS (SELECT id, service FROM instances WHERE host = ${host} AND retired_at IS NULL),
        kept AS (
          SELECT a.service, a.version FROM activations a JOIN here ON here.id = a.instance_id WHERE a.ended_at IS NULL
          UNION SELECT x.service, x.version FROM here CROSS JOIN LATERAL (
            SELECT a.service, a.version FROM activations a WHERE a.instance_id = here.id AND a.outcome IN ('replaced', 'restored') ORDER BY a.id DESC LIMIT 1) x
          UNION SELECT here.service, o.version FROM owed o JOIN here ON here.id = o.instance_id WHERE o.settled_at IS NULL
          UNION SELECT here.service, t.to_version FROM rollout_targets t JOIN here ON here.id = t.instance_id JOIN rollouts r ON r.id = t.rollout_id AND r.completed_at IS NULL
          UNION SELECT s.service, n.version FROM (SELECT DISTINCT service FROM here) s CROSS JOIN LATERAL (
            SELECT version FROM versions v WHERE v.service = s.service ORDER BY first_seen_at DESC LIMIT 5) n)
        SELECT DISTINCT v.release_sha256 AS release FROM kept JOIN versions v ON v.service = kept.service AND v.version = kept.version`;
      return rows.map((row) => row.release);
    },
    prunePackages: async () => {
      return db.$executeRaw`
        WITH kept AS (
          SELECT service, version FROM activations WHERE ended_at IS NULL
          UNION SELECT service, version FROM (
            SELECT DISTINCT ON (instance_id, version) service, version, outcome FROM activations ORDER BY instance_id, version, id DESC) newest
            WHERE outcome IN ('replaced', 'restored')
          UNION SELECT i.service, o.version FROM owed o JOIN instances i ON i.id = o.instance_id WHERE o.settled_at IS NULL
          UNION SELECT r.service, t.to_version FROM rollout_targets t JOIN rollouts r ON r.id = t.rollout_id AND r.completed_at IS NULL
          UNION SELECT service, version FROM (
            SELECT service, version, row_number() OVER (PARTITION BY service ORDER BY first_seen_at DESC) AS n FROM versions) ranked WHERE n <= 20)
        DELETE FROM package_blobs b WHERE b.release_sha256 IS NOT NULL AND b.started_at < clock_timestamp() - interval '1 hour' AND NOT EXISTS (
          SELECT 1 FROM versions v JOIN kept ON kept.service = v.service AND kept.version = v.version WHERE v.release_sha256 = b.release_sha256)`;
    },
  };
}
