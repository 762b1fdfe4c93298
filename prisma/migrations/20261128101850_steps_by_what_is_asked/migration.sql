-- DropIndex
DROP INDEX "steps_rollout_id_idx";

-- When a change of an instance was ordered, and how long the changes of a rollout took. No index holds all steps of a rollout: while its
-- statistics are old the planner reads that one, whole, for the few steps that are open, claimed or not taken in.
CREATE INDEX "steps_changes" ON "steps" ("rollout_id", "instance_id") WHERE "kind" = 'activate';
