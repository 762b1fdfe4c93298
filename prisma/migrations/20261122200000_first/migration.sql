-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "rollout_kind" AS ENUM ('deployment', 'rollback');

-- CreateEnum
CREATE TYPE "rollout_status" AS ENUM ('scheduled', 'preparing', 'running', 'baking', 'paused', 'rolling_back', 'succeeded', 'failed', 'rolled_back', 'cancelled', 'superseded');

-- CreateEnum
CREATE TYPE "target_status" AS ENUM ('waiting', 'staging', 'staged', 'switching', 'verifying', 'succeeded', 'failed', 'put_back', 'skipped', 'taken_over', 'unknown');

-- CreateEnum
CREATE TYPE "target_direction" AS ENUM ('forward', 'back');

-- CreateEnum
CREATE TYPE "step_kind" AS ENUM ('stage', 'activate', 'fence', 'stop');

-- CreateEnum
CREATE TYPE "step_state" AS ENUM ('open', 'claimed', 'done');

-- CreateEnum
CREATE TYPE "host_kind" AS ENUM ('local', 'ssh');

-- CreateEnum
CREATE TYPE "host_state" AS ENUM ('active', 'draining', 'retired');

-- CreateEnum
CREATE TYPE "activation_outcome" AS ENUM ('replaced', 'replaced_down', 'failed', 'put_back', 'rolled_back', 'restored', 'stopped');

-- CreateEnum
CREATE TYPE "activation_opener" AS ENUM ('deployment', 'rollback', 'put_back', 'adopted', 'by_hand');

-- CreateTable
CREATE TABLE "services" (
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "revision" INTEGER NOT NULL,
    "held_by" TEXT,
    "held_at" TIMESTAMPTZ(6),
    "held_reason" TEXT,
    "held_rollout_id" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "deleted_at" TIMESTAMPTZ(6),

    CONSTRAINT "services_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "settings_revisions" (
    "service" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "created_by" TEXT NOT NULL,

    CONSTRAINT "settings_revisions_pkey" PRIMARY KEY ("service","revision")
);

-- CreateTable
CREATE TABLE "hosts" (
    "name" TEXT NOT NULL,
    "kind" "host_kind" NOT NULL,
    "address" TEXT NOT NULL,
    "root" TEXT NOT NULL,
    "zone" TEXT,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "config" JSONB NOT NULL DEFAULT '{}',
    "state" "host_state" NOT NULL DEFAULT 'active',
    "reachable" BOOLEAN,
    "last_answer_at" TIMESTAMPTZ(6),
    "error" TEXT,
    "releases" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "inspected_at" TIMESTAMPTZ(6),
    "next_inspect_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "added_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "hosts_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "instances" (
    "id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "generation" BIGINT NOT NULL DEFAULT 0,
    "registered_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "retired_at" TIMESTAMPTZ(6),

    CONSTRAINT "instances_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "observations" (
    "instance_id" TEXT NOT NULL,
    "healthy" BOOLEAN,
    "latency_ms" DOUBLE PRECISION,
    "checked_at" TIMESTAMPTZ(6),
    "detail" JSONB,
    "unhealthy_since" TIMESTAMPTZ(6),
    "pid" INTEGER,
    "process_since" TIMESTAMPTZ(6),
    "running_version" TEXT,
    "running_revision" INTEGER,
    "inspected_at" TIMESTAMPTZ(6),
    "drift_since" TIMESTAMPTZ(6),
    "next_check_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "observations_pkey" PRIMARY KEY ("instance_id")
);

-- CreateTable
CREATE TABLE "packages" (
    "sha256" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "release_sha256" TEXT NOT NULL,
    "release_size" BIGINT NOT NULL,
    "files" INTEGER NOT NULL,
    "unpacked_size" BIGINT NOT NULL,
    "stored_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "packages_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "package_blobs" (
    "id" UUID NOT NULL,
    "release_sha256" TEXT,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "package_blobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "package_chunks" (
    "blob_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "package_chunks_pkey" PRIMARY KEY ("blob_id","n")
);

-- CreateTable
CREATE TABLE "versions" (
    "service" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "package_url" TEXT NOT NULL,
    "package_sha256" TEXT NOT NULL,
    "package_size" BIGINT NOT NULL,
    "release_sha256" TEXT NOT NULL,
    "release_size" BIGINT NOT NULL,
    "color" INTEGER NOT NULL,
    "barrier_reason" TEXT,
    "barrier_by" TEXT,
    "barrier_at" TIMESTAMPTZ(6),
    "withdrawn_at" TIMESTAMPTZ(6),
    "withdrawn_by" TEXT,
    "withdrawn_reason" TEXT,
    "first_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "versions_pkey" PRIMARY KEY ("service","version")
);

-- CreateTable
CREATE TABLE "activations" (
    "id" BIGSERIAL NOT NULL,
    "instance_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "opened_by" "activation_opener" NOT NULL,
    "rollout_id" TEXT,
    "attempt" INTEGER,
    "requested_by" TEXT,
    "replaces_id" BIGINT,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),
    "outcome" "activation_outcome",
    "closed_by_rollout" TEXT,
    "failure" JSONB,

    CONSTRAINT "activations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rollouts" (
    "id" TEXT NOT NULL,
    "kind" "rollout_kind" NOT NULL,
    "service" TEXT NOT NULL,
    "version" TEXT,
    "status" "rollout_status" NOT NULL,
    "status_reason" JSONB,
    "reason" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "strategy" JSONB NOT NULL,
    "request" JSONB NOT NULL,
    "requested_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "started_at" TIMESTAMPTZ(6),
    "completed_at" TIMESTAMPTZ(6),
    "scheduled_until" TIMESTAMPTZ(6),
    "package_url" TEXT,
    "package_sha256" TEXT,
    "barrier" JSONB,
    "restart" BOOLEAN NOT NULL DEFAULT false,
    "takes_back" TEXT,
    "retry_of" TEXT,
    "hold" BOOLEAN NOT NULL DEFAULT false,
    "held_by" TEXT,
    "superseded_by" TEXT,
    "changed" BOOLEAN NOT NULL DEFAULT false,
    "progress" JSONB NOT NULL,
    "waiting_for" JSONB,
    "result" JSONB,
    "ok" BOOLEAN,
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    "rev" BIGINT NOT NULL DEFAULT 0,
    "wake_at" TIMESTAMPTZ(6),
    "lease_owner" TEXT,
    "lease_no" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),

    CONSTRAINT "rollouts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rollout_targets" (
    "rollout_id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "wave" INTEGER NOT NULL,
    "host" TEXT NOT NULL,
    "from_version" TEXT,
    "from_revision" INTEGER,
    "to_version" TEXT NOT NULL,
    "to_revision" INTEGER NOT NULL,
    "status" "target_status" NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "generation" BIGINT NOT NULL DEFAULT 0,
    "direction" "target_direction" NOT NULL DEFAULT 'forward',
    "holding" BOOLEAN NOT NULL DEFAULT false,
    "changed" BOOLEAN NOT NULL DEFAULT false,
    "answered_before" BOOLEAN,
    "confirmed_down" BOOLEAN NOT NULL DEFAULT false,
    "version_now" TEXT,
    "failure" JSONB,
    "memory" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(6),
    "ended_at" TIMESTAMPTZ(6),

    CONSTRAINT "rollout_targets_pkey" PRIMARY KEY ("rollout_id","instance_id")
);

-- CreateTable
CREATE TABLE "baselines" (
    "rollout_id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,

    CONSTRAINT "baselines_pkey" PRIMARY KEY ("rollout_id","instance_id")
);

-- CreateTable
CREATE TABLE "steps" (
    "id" BIGSERIAL NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "instance_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "generation" BIGINT NOT NULL,
    "kind" "step_kind" NOT NULL,
    "tx" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "state" "step_state" NOT NULL DEFAULT 'open',
    "not_before" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "owner" TEXT,
    "lease_no" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(6),
    "outcome" JSONB,
    "folded" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "claimed_at" TIMESTAMPTZ(6),
    "done_at" TIMESTAMPTZ(6),

    CONSTRAINT "steps_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "owed" (
    "id" BIGSERIAL NOT NULL,
    "instance_id" TEXT NOT NULL,
    "rollout_id" TEXT NOT NULL,
    "duty" TEXT NOT NULL,
    "tx" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "generation" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "asks" INTEGER NOT NULL DEFAULT 0,
    "next_ask_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "lease_until" TIMESTAMPTZ(6),
    "settled_at" TIMESTAMPTZ(6),
    "outcome" TEXT,

    CONSTRAINT "owed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "pos" BIGINT,
    "rollout_id" TEXT,
    "seq" INTEGER,
    "service" TEXT,
    "instance_id" TEXT,
    "host" TEXT,
    "code" TEXT NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "actor" TEXT,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "params" JSONB NOT NULL DEFAULT '{}',
    "outcome" TEXT NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" TEXT NOT NULL,
    "machine" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "last_seen_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "stopped_at" TIMESTAMPTZ(6),

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notes" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "notes_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "instances_service_id_idx" ON "instances"("service", "id");

-- CreateIndex
CREATE INDEX "instances_host_idx" ON "instances"("host");

-- CreateIndex
CREATE INDEX "packages_release_sha256_idx" ON "packages"("release_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "package_blobs_release_sha256_key" ON "package_blobs"("release_sha256");

-- CreateIndex
CREATE INDEX "versions_release_sha256_idx" ON "versions"("release_sha256");

-- CreateIndex
CREATE INDEX "activations_instance_id_id_idx" ON "activations"("instance_id", "id" DESC);

-- CreateIndex
CREATE INDEX "activations_rollout_id_idx" ON "activations"("rollout_id");

-- CreateIndex
CREATE INDEX "activations_service_version_idx" ON "activations"("service", "version");

-- CreateIndex
CREATE INDEX "rollouts_service_created_at_id_idx" ON "rollouts"("service", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "rollouts_created_at_id_idx" ON "rollouts"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "rollouts_takes_back_idx" ON "rollouts"("takes_back");

-- CreateIndex
CREATE INDEX "rollout_targets_instance_id_idx" ON "rollout_targets"("instance_id");

-- CreateIndex
CREATE INDEX "steps_rollout_id_idx" ON "steps"("rollout_id");

-- CreateIndex
CREATE INDEX "owed_rollout_id_idx" ON "owed"("rollout_id");

-- CreateIndex
CREATE UNIQUE INDEX "events_pos_key" ON "events"("pos");

-- CreateIndex
CREATE INDEX "events_at_id_idx" ON "events"("at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "events_service_at_idx" ON "events"("service", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "events_rollout_id_seq_key" ON "events"("rollout_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entries_at_idx" ON "audit_entries"("at" DESC);

-- AddForeignKey
ALTER TABLE "settings_revisions" ADD CONSTRAINT "settings_revisions_service_fkey" FOREIGN KEY ("service") REFERENCES "services"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "instances" ADD CONSTRAINT "instances_service_fkey" FOREIGN KEY ("service") REFERENCES "services"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "instances" ADD CONSTRAINT "instances_host_fkey" FOREIGN KEY ("host") REFERENCES "hosts"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "observations" ADD CONSTRAINT "observations_instance_id_fkey" FOREIGN KEY ("instance_id") REFERENCES "instances"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "package_chunks" ADD CONSTRAINT "package_chunks_blob_id_fkey" FOREIGN KEY ("blob_id") REFERENCES "package_blobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "versions" ADD CONSTRAINT "versions_service_fkey" FOREIGN KEY ("service") REFERENCES "services"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "activations" ADD CONSTRAINT "activations_instance_id_fkey" FOREIGN KEY ("instance_id") REFERENCES "instances"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_service_fkey" FOREIGN KEY ("service") REFERENCES "services"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollout_targets" ADD CONSTRAINT "rollout_targets_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollouts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollout_targets" ADD CONSTRAINT "rollout_targets_instance_id_fkey" FOREIGN KEY ("instance_id") REFERENCES "instances"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "owed" ADD CONSTRAINT "owed_instance_id_fkey" FOREIGN KEY ("instance_id") REFERENCES "instances"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── What Prisma's schema cannot say ────────────────────────────────────────────────────────────────────

-- One open run, one holder and one debt an instance; one instance a port.
CREATE UNIQUE INDEX "activations_one_open" ON "activations" ("instance_id") WHERE "ended_at" IS NULL;
CREATE UNIQUE INDEX "rollout_targets_one_holder" ON "rollout_targets" ("instance_id") WHERE "holding";
CREATE UNIQUE INDEX "owed_one_open" ON "owed" ("instance_id") WHERE "settled_at" IS NULL;
CREATE UNIQUE INDEX "instances_one_a_port" ON "instances" ("host", "port") WHERE "retired_at" IS NULL;

-- What the engine asks all the time stays as small as what is under way.
CREATE INDEX "rollouts_live" ON "rollouts" ("wake_at") WHERE "completed_at" IS NULL;
CREATE INDEX "rollouts_live_of_service" ON "rollouts" ("service") WHERE "completed_at" IS NULL;
CREATE INDEX "rollouts_changed_deployments" ON "rollouts" ("service", "created_at" DESC, "id" DESC) WHERE "changed" AND "kind" = 'deployment';
CREATE INDEX "steps_open" ON "steps" ("rollout_id", ("kind" = 'stage'), "not_before", "id") WHERE "state" = 'open';
CREATE INDEX "steps_claimed" ON "steps" ("rollout_id", "lease_until") WHERE "state" = 'claimed';
CREATE INDEX "steps_unfolded" ON "steps" ("rollout_id", "id") WHERE "state" = 'done' AND NOT "folded";
CREATE INDEX "rollout_targets_moving" ON "rollout_targets" ("rollout_id", "instance_id") WHERE "holding" AND "status" IN ('switching', 'verifying', 'unknown');
CREATE INDEX "owed_due" ON "owed" ("next_ask_at") WHERE "settled_at" IS NULL;
CREATE INDEX "events_of_service" ON "events" ("service", "pos" DESC) WHERE "pos" IS NOT NULL;
CREATE INDEX "events_unnumbered" ON "events" ("id") WHERE "pos" IS NULL;
CREATE INDEX "observations_due" ON "observations" ("next_check_at");
CREATE INDEX "observations_unhealthy" ON "observations" ("instance_id") WHERE "healthy" = false OR "drift_since" IS NOT NULL;
CREATE INDEX "activations_open_by_rollout" ON "activations" ("rollout_id") WHERE "ended_at" IS NULL;
-- One undone step a target: writing the same decision twice changes nothing.
CREATE UNIQUE INDEX "steps_one_undone" ON "steps" ("rollout_id", "instance_id") WHERE "state" <> 'done';

ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_ended_or_live" CHECK (
  ("completed_at" IS NOT NULL) = ("status" IN ('succeeded', 'failed', 'rolled_back', 'cancelled', 'superseded')));
ALTER TABLE "activations" ADD CONSTRAINT "activations_outcome_when_ended" CHECK (("ended_at" IS NULL) = ("outcome" IS NULL));
ALTER TABLE "steps" ADD CONSTRAINT "steps_outcome_when_done" CHECK (("state" = 'done') = ("done_at" IS NOT NULL));
ALTER TABLE "versions" ADD CONSTRAINT "versions_color" CHECK ("color" BETWEEN 0 AND 7);

ALTER TABLE "activations" ADD CONSTRAINT "activations_version" FOREIGN KEY ("service", "version") REFERENCES "versions" ("service", "version");
ALTER TABLE "activations" ADD CONSTRAINT "activations_settings" FOREIGN KEY ("service", "revision") REFERENCES "settings_revisions" ("service", "revision");
ALTER TABLE "activations" ADD CONSTRAINT "activations_rollout" FOREIGN KEY ("rollout_id") REFERENCES "rollouts" ("id");
ALTER TABLE "activations" ADD CONSTRAINT "activations_replaces" FOREIGN KEY ("replaces_id") REFERENCES "activations" ("id");
ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_takes_back" FOREIGN KEY ("takes_back") REFERENCES "rollouts" ("id");
ALTER TABLE "rollouts" ADD CONSTRAINT "rollouts_retry_of" FOREIGN KEY ("retry_of") REFERENCES "rollouts" ("id");
ALTER TABLE "baselines" ADD CONSTRAINT "baselines_rollout" FOREIGN KEY ("rollout_id") REFERENCES "rollouts" ("id");
ALTER TABLE "baselines" ADD CONSTRAINT "baselines_instance" FOREIGN KEY ("instance_id") REFERENCES "instances" ("id");
ALTER TABLE "steps" ADD CONSTRAINT "steps_target" FOREIGN KEY ("rollout_id", "instance_id") REFERENCES "rollout_targets" ("rollout_id", "instance_id");
ALTER TABLE "owed" ADD CONSTRAINT "owed_rollout" FOREIGN KEY ("rollout_id") REFERENCES "rollouts" ("id");
ALTER TABLE "events" ADD CONSTRAINT "events_rollout" FOREIGN KEY ("rollout_id") REFERENCES "rollouts" ("id");
ALTER TABLE "versions" ADD CONSTRAINT "versions_package" FOREIGN KEY ("package_sha256") REFERENCES "packages" ("sha256");

-- History is append-only. Two exceptions: an open run is closed once, an event's empty pos is set once.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION "close_activation_once"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."ended_at" IS NOT NULL
    OR (to_jsonb(NEW) - ARRAY['ended_at', 'outcome', 'closed_by_rollout']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['ended_at', 'outcome', 'closed_by_rollout'])
  THEN
    RAISE EXCEPTION 'an activation is closed once and never rewritten (%)', OLD."id" USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION "number_event_once"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."pos" IS NOT NULL OR (to_jsonb(NEW) - 'pos') IS DISTINCT FROM (to_jsonb(OLD) - 'pos') THEN
    RAISE EXCEPTION 'an event is never rewritten (%)', OLD."id" USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER "activations_close_once" BEFORE UPDATE ON "activations" FOR EACH ROW EXECUTE FUNCTION "close_activation_once"();
CREATE TRIGGER "events_number_once" BEFORE UPDATE ON "events" FOR EACH ROW EXECUTE FUNCTION "number_event_once"();
CREATE TRIGGER "audit_entries_append_only" BEFORE UPDATE OR DELETE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "activations_no_delete" BEFORE DELETE ON "activations" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "events_no_delete" BEFORE DELETE ON "events" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "settings_revisions_append_only" BEFORE UPDATE OR DELETE ON "settings_revisions" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "activations_no_truncate" BEFORE TRUNCATE ON "activations" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "events_no_truncate" BEFORE TRUNCATE ON "events" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_entries_no_truncate" BEFORE TRUNCATE ON "audit_entries" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- A version's bytes are bound once and for ever.
CREATE FUNCTION "keep_version_content"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."package_sha256" <> OLD."package_sha256" OR NEW."release_sha256" <> OLD."release_sha256" OR NEW."service" <> OLD."service" OR NEW."version" <> OLD."version" THEN
    RAISE EXCEPTION 'version % of % is bound to its package', OLD."version", OLD."service" USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "versions_keep_content" BEFORE UPDATE ON "versions" FOR EACH ROW EXECUTE FUNCTION "keep_version_content"();

-- The cursor of every stream. Called after a commit that wrote events: numbers all committed rows without a position, in id
-- order, once. The lock comes first and the rows are read after it, so that no row can appear behind a number already given.
CREATE TABLE "event_cursor" ("one" boolean PRIMARY KEY DEFAULT true CHECK ("one"), "last_pos" bigint NOT NULL);
INSERT INTO "event_cursor" ("last_pos") VALUES (0);

CREATE FUNCTION "number_events"() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  "top" bigint;
BEGIN
  -- What the caller has written is committed, so it is seen here unless somebody has numbered it already: then nobody is waited for.
  PERFORM 1 FROM "events" WHERE "pos" IS NULL LIMIT 1;
  IF NOT FOUND THEN
    RETURN (SELECT "last_pos" FROM "event_cursor");
  END IF;
  SELECT "last_pos" INTO "top" FROM "event_cursor" FOR UPDATE;
  WITH "fresh" AS (
    SELECT "id", row_number() OVER (ORDER BY "id") AS "n" FROM "events" WHERE "pos" IS NULL
  ), "numbered" AS (
    UPDATE "events" SET "pos" = "top" + "fresh"."n" FROM "fresh" WHERE "events"."id" = "fresh"."id" RETURNING "events"."pos"
  )
  SELECT coalesce(max("pos"), "top") INTO "top" FROM "numbered";
  UPDATE "event_cursor" SET "last_pos" = "top" WHERE "last_pos" < "top";
  IF FOUND THEN
    PERFORM pg_notify('slipway_events', "top"::text);
  END IF;
  RETURN "top";
END $$;

-- What an instance is, said in one place for lists, filters and counts (contract, "Statuses").
CREATE VIEW "instance_states" AS
SELECT "s".*,
  CASE
    WHEN "s"."target_status" IN ('switching', 'verifying') THEN 'pending'
    WHEN "s"."condition" IS NOT NULL THEN 'error'
    WHEN "s"."held_by" IS NOT NULL OR "s"."version" IS NULL THEN 'pending'
    ELSE 'active'
  END AS "status"
FROM (
  SELECT
    "i"."id", "i"."service", "i"."host", "i"."port", "i"."labels", "i"."generation", "i"."registered_at",
    "h"."zone", "h"."address", "h"."reachable" AS "host_reachable",
    "a"."id" AS "activation_id", "a"."version", "a"."revision", "a"."started_at" AS "since", "a"."rollout_id" AS "activated_by", "a"."replaces_id",
    "t"."rollout_id" AS "held_by", "t"."status" AS "target_status",
    "o"."healthy", "o"."latency_ms", "o"."checked_at", "o"."detail", "o"."unhealthy_since", "o"."pid", "o"."process_since",
    "o"."running_version", "o"."running_revision", "o"."inspected_at", "o"."drift_since",
    CASE
      WHEN "a"."id" IS NULL AND EXISTS (SELECT 1 FROM "activations" "f" WHERE "f"."instance_id" = "i"."id") THEN 'no_version_running'
      WHEN "a"."id" IS NULL THEN NULL
      WHEN "o"."drift_since" IS NOT NULL THEN 'drift'
      WHEN "o"."healthy" = false AND "h"."reachable" = false THEN 'host_unreachable'
      WHEN "d"."id" IS NOT NULL THEN 'unknown'
      WHEN "o"."checked_at" < statement_timestamp() - interval '40 seconds' THEN 'unknown'
      WHEN "o"."healthy" = false AND "o"."running_version" IS NULL AND EXISTS (
        SELECT 1 FROM "activations" "f" WHERE "f"."instance_id" = "i"."id" AND "f"."id" > "a"."id" AND "f"."outcome" IN ('failed', 'put_back')
      ) THEN 'no_version_running'
      WHEN "o"."healthy" = false AND "o"."pid" IS NULL AND "o"."inspected_at" >= "o"."unhealthy_since" THEN 'process_down'
      WHEN "o"."healthy" = false THEN 'unhealthy'
    END AS "condition"
  FROM "instances" "i"
  JOIN "hosts" "h" ON "h"."name" = "i"."host"
  LEFT JOIN "activations" "a" ON "a"."instance_id" = "i"."id" AND "a"."ended_at" IS NULL
  LEFT JOIN "rollout_targets" "t" ON "t"."instance_id" = "i"."id" AND "t"."holding"
  LEFT JOIN "observations" "o" ON "o"."instance_id" = "i"."id"
  LEFT JOIN "owed" "d" ON "d"."instance_id" = "i"."id" AND "d"."settled_at" IS NULL
  WHERE "i"."retired_at" IS NULL
) "s";
