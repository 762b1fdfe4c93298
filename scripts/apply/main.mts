/** `npm run apply -- [--dry-run] [--url http://127.0.0.1:3000] slipway.yaml …` */
import { parseArgs } from "node:util";
import { applyFiles } from "./apply";

const USAGE = "Usage: npm run apply -- [--dry-run] [--url http://127.0.0.1:3000] slipway.yaml …";

try {
  const { values, positionals: files } = parseArgs({
    options: { url: { type: "string" }, "dry-run": { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (files.length === 0) throw new Error(USAGE);
  const url = values.url ?? `http://127.0.0.1:${process.env.PORT ?? "3000"}`;
  const language = process.env.LANG?.startsWith("zh") === true ? "zh" : "en";
  const refused = await applyFiles({ files, url, isTrial: values["dry-run"], language }, (line) => console.log(line));
  if (refused > 0) process.exitCode = 1;
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
  console.error(error instanceof Error ? `${error.message}${cause}` : error);
  process.exitCode = 1;
}
