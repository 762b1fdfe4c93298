-- CreateTable
CREATE TABLE "secrets" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "secrets_pkey" PRIMARY KEY ("name")
);

-- What links to releases are signed with, the same for every process: 244 random bits, made once for an installation.
INSERT INTO "secrets" ("name", "value") VALUES ('release-links', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
