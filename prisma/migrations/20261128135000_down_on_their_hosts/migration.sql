-- Targets that their hosts found down before anything was changed: they count as down, like those that are being changed.
CREATE INDEX "rollout_targets_found_down" ON "rollout_targets" ("rollout_id", "instance_id") WHERE "holding" AND "confirmed_down";
