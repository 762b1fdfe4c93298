-- What the Fleet page counts is read from these alone: instances and hosts of a service, and what runs there.
CREATE INDEX "instances_present" ON "instances" ("service", "host") WHERE "retired_at" IS NULL;
CREATE INDEX "activations_running" ON "activations" ("service", "version") WHERE "ended_at" IS NULL;
