-- AlterTable
ALTER TABLE "observations" ADD COLUMN     "restarted_at" TIMESTAMPTZ(6),
ADD COLUMN     "restarts" INTEGER NOT NULL DEFAULT 0;

-- A decision looks these few up beside those that do not answer.
CREATE INDEX "observations_restarted" ON "observations" ("instance_id") WHERE "restarted_at" IS NOT NULL;
