import { expect, it } from "vitest";
import { breaksBuildBefore } from "./build-before.mjs";

it.each([
  ["a new table with its rules", 'CREATE TABLE "ships" ("id" int NOT NULL); CREATE UNIQUE INDEX "a" ON "ships"("id");'],
  ["a column that may be empty", 'ALTER TABLE "rollouts" ADD COLUMN     "note" TEXT'],
  ["a column with a default", 'ALTER TABLE "rollouts" ADD COLUMN "note" TEXT NOT NULL DEFAULT \'none\', ADD COLUMN "more" TEXT'],
  ["an index", 'CREATE INDEX "b" ON "rollouts"("note")'],
  ["a looser rule", 'ALTER TABLE "rollouts" DROP CONSTRAINT "c"; ALTER TABLE "rollouts" ALTER COLUMN "note" DROP NOT NULL'],
  ["a further status", "ALTER TYPE \"rollout_status\" ADD VALUE 'resting'"],
  [
    "words in a text, in a comment, in a function",
    "-- DROP TABLE a;\nINSERT INTO notes VALUES ('a; DROP TABLE b'); CREATE FUNCTION f() RETURNS void AS $$ BEGIN DROP TABLE c; END $$ LANGUAGE plpgsql",
  ],
  [
    "what a person has looked at",
    '-- The build before does without it: it has not been read since May.\nALTER TABLE "rollouts" DROP COLUMN "note"',
  ],
])("lives with %s", (_, sql) => expect(breaksBuildBefore(sql)).toEqual([]));

it.each([
  ["a table taken away", 'DROP TABLE "ships"', "takes away"],
  ["a column taken away", 'ALTER TABLE "rollouts" DROP COLUMN "note"', "takes away"],
  ["a default taken away", 'ALTER TABLE "rollouts" ALTER COLUMN "note" DROP DEFAULT', "takes away"],
  ["another name", 'ALTER TABLE "rollouts" RENAME COLUMN "note" TO "notes"', "renames"],
  ["another type", 'ALTER TABLE "rollouts" ALTER COLUMN "note" SET DATA TYPE INTEGER', "changes the type of"],
  ["a column that must be filled from now on", 'ALTER TABLE "rollouts" ALTER COLUMN "note" SET NOT NULL', "asks for more in"],
  [
    "a new column that must be filled",
    'ALTER TABLE "rollouts" ADD COLUMN "a" TEXT DEFAULT \'\', ADD COLUMN "note" TEXT NOT NULL',
    "asks for more in",
  ],
  ["a rule for a table that is there", 'CREATE UNIQUE INDEX "a" ON "rollouts"("note")', "binds"],
  [
    "a reference from a table that is there",
    'ALTER TABLE "rollouts" ADD CONSTRAINT "a" FOREIGN KEY ("note") REFERENCES "notes"("key")',
    "binds",
  ],
  [
    "a trigger on a table that is there",
    'CREATE TRIGGER t BEFORE UPDATE ON "rollouts" FOR EACH ROW EXECUTE FUNCTION f()',
    "binds",
  ],
  ["one bad statement among good ones", 'CREATE TABLE "a" ("id" int); DROP TYPE "b"; CREATE TABLE "c" ("id" int)', "takes away"],
])("does not live with %s", (_, sql, why) =>
  expect(breaksBuildBefore(sql)).toEqual([expect.stringMatching(new RegExp(`^${why} `))]),
);
