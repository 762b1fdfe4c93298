import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..", "..");
/** They parse what a person typed, and are loaded with their sheet. */
const FORMS = [
  "components/deploy/deploy-form.ts",
  "components/deploy/strategy-form.ts",
  "components/hosts/host-draft.ts",
  "components/service-settings/draft.ts",
];
const IMPORTS = /import (?<clause>[^;]*?) from "(?:zod|@\/lib\/api\/contract)";/g;

it("pages take types from the contract and no schemas, which would be a tenth of what every page loads first", async () => {
  const found: string[] = [];
  for (const file of await sources("components", "lib/client")) {
    const text = await readFile(path.join(ROOT, file), "utf8");
    if ([...text.matchAll(IMPORTS)].some((match) => takesValues(match.groups?.clause ?? ""))) found.push(file);
  }
  expect(found.sort()).toEqual(FORMS);
});

/** Whether something of it is still there when the types are gone. */
function takesValues(clause: string): boolean {
  if (clause.startsWith("type ")) return false;
  const names = clause.replace(/[{}]/g, "").split(",");
  return names.map((name) => name.trim()).some((name) => name !== "" && !name.startsWith("type "));
}

async function sources(...folders: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(path.join(ROOT, folder), { recursive: true });
      return names.map((name) => path.posix.join(folder, name));
    }),
  );
  return files.flat().filter((file) => /(?<!\.test)\.tsx?$/.test(file));
}
