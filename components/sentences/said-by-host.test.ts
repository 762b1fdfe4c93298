import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { saidByHost } from "./said-by-host";

const HOST = path.join(import.meta.dirname, "..", "..", "lib", "deploy", "hosts", "host");
const program = readdirSync(HOST)
  .filter((name) => name.endsWith(".sh"))
  .map((name) => readFileSync(path.join(HOST, name), "utf8"))
  .join("\n");
/** Every word that host.sh gives an answer to a health question; in place of a variable, a value that it may have. */
const ANSWERS = [...program.matchAll(/\b(?:ANSWER|HTTP_ERROR|START_WHY)=(?:"([^"]+)"|(\w[\w ]*))$/gm)]
  .map(([, quoted, bare]) => quoted ?? bare ?? "")
  .map((text) =>
    text
      .replace("$HTTP_STATUS", "503")
      .replace("$SP_PATH", "/healthz")
      .replace(/\$\w+_(?:code|CODE)/g, "3"),
  );

describe("what host.sh says", () => {
  it("is told in the reader's language, whatever it is", () => {
    expect(ANSWERS.length).toBeGreaterThan(5);
    expect(ANSWERS.filter((text) => !text.startsWith("$") && saidByHost(text) === null)).toEqual([]);
  });

  it.each([
    ["last answer: 503 from /healthz", { code: "status", params: { status: "503", path: "/healthz" } }],
    ["connection refused", { code: "refused", params: {} }],
    ["command ended with 2", { code: "command", params: { status: "2" } }],
  ])("%s", (text, coded) => {
    expect(saidByHost(text)).toEqual(coded);
  });

  it("is left as it is where it is not host.sh's own", () => {
    expect(saidByHost("Error: relation orders is locked")).toBeNull();
    expect(saidByHost("toString")).toBeNull();
  });
});
