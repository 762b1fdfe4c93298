import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fingerprint } from "./fingerprint.mjs";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "slipway-fingerprint-"));
  await write("prisma/schema.prisma", "model Ship {}");
  await write("lib/deploy/plan.ts", "export const plan = 1;");
  await write("worker.ts", "work();");
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), content);
}

it.each([
  ["a source is edited", "lib/deploy/plan.ts", "export const plan = 2;"],
  ["a source is added", "app/page.tsx", ""],
  ["the schema is edited", "prisma/schema.prisma", "model Slip {}"],
  ["a package changes", "package-lock.json", "{}"],
  ["the worker's entry is edited", "worker.ts", "rest();"],
])("changes when %s", async (_what, file, content) => {
  const before = await fingerprint(root);
  await write(file, content);
  await expect(fingerprint(root)).resolves.not.toBe(before);
});

it.each([
  ["a test", "lib/deploy/plan.test.ts"],
  ["a test of a page", "components/fleet/row.dom.test.tsx"],
  ["the generated database client", "lib/deploy/store/generated/client.ts"],
  ["the README", "README.md"],
])("does not change with %s", async (_what, file) => {
  const before = await fingerprint(root);
  await write(file, "anything");
  await expect(fingerprint(root)).resolves.toBe(before);
});
