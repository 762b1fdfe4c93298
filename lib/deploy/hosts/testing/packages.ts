/** Packages for the tests of hosts: a tiny HTTP server that behaves well or badly, as a real tar.gz. */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

export interface TestPackage {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly size: number;
}

export type Behaviour = "good" | "exits" | "sick" | "wavers" | "slow" | "misnamed" | "tripwire" | "stubborn" | "fills-disk";

/** Answers 200 everywhere and its version at /version, unless it is one of the bad kinds. */
const serverSource = (behaviour: Behaviour) => `
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
const behaviour = ${JSON.stringify(behaviour)};
const { HOST, PORT, SLIPWAY_VERSION, TRIPWIRE, STARTS, FILL, TALK } = process.env;
console.log("starting " + SLIPWAY_VERSION + " as " + behaviour);
if (STARTS) appendFileSync(STARTS, SLIPWAY_VERSION + "\\n");
if (behaviour === "exits") { console.error("the configuration is wrong"); process.exit(3); }
if (behaviour === "tripwire" && existsSync(TRIPWIRE)) process.exit(4);
if (behaviour === "stubborn") process.on("SIGTERM", () => console.log("not yet"));
const status = behaviour === "sick" || behaviour === "fills-disk" ? 503 : 200;
const version = behaviour === "misnamed" ? "0.0.0" : SLIPWAY_VERSION;
if (behaviour === "fills-disk") {
  for (const size of [65536, 4096, 1]) {
    try { for (;;) appendFileSync(FILL, Buffer.alloc(size)); } catch {}
  }
}
let asked = 0;
const server = createServer((request, response) => {
  if (request.url === "/json") return response.end(JSON.stringify({ name: "x", version }));
  if (request.url === "/environment") return response.end(JSON.stringify(process.env));
  if (request.url === "/talk") for (let said = 0; said < Number(TALK); said += 1024) console.log("x".repeat(1023));
  if (request.url === "/version") return response.end(version + "\\n");
  response.statusCode = behaviour === "wavers" && (asked += 1) % 2 === 0 ? 503 : status;
  response.end("hello");
});
setTimeout(() => server.listen(Number(PORT), HOST), behaviour === "slow" ? 1500 : 0);
`;

export interface TestEntry {
  readonly name: string;
  readonly type?: "file" | "directory" | "symlink" | "link" | "fifo" | "character-device";
  readonly mode?: number;
  readonly linkname?: string;
  readonly uname?: string;
  readonly content?: string;
}

/** A tar.gz of exactly these entries, in this order. */
export async function archiveOf(entries: readonly TestEntry[]): Promise<TestPackage> {
  const archive = pack();
  for (const { content = "", ...header } of entries) {
    if (header.type === undefined || header.type === "file") archive.entry({ mtime: new Date(0), ...header }, content);
    else archive.entry({ mtime: new Date(0), ...header });
  }
  archive.finalize();
  return packageOf(gzipSync(await buffer(archive)));
}

export function packageOf(bytes: Buffer): TestPackage {
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
}

export const serverPackage = (behaviour: Behaviour = "good", salt = ""): Promise<TestPackage> =>
  archiveOf([
    { name: "app", type: "directory", mode: 0o755 },
    { name: "app/server.mjs", content: serverSource(behaviour) },
    { name: "app/salt", content: salt },
    { name: "app/latest.mjs", type: "symlink", linkname: "server.mjs" },
  ]);
