import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { createPackages } from "../deploy/packages/store-backed-packages";
import { MemoryStore } from "../deploy/packages/testing/memory-store";
import { ballast } from "./ballast";
import { buildPackages } from "./build-packages";
import { DEMO_SERVICES } from "./catalogue";
import { shelfHandler } from "./shelf";
import { storedGzip } from "./stored-gzip";

const base = mkdtempSync(join(tmpdir(), "slipway-demo-"));
afterAll(() => rmSync(base, { recursive: true }));
const app = join(import.meta.dirname, "app");

describe("the demo's packages", () => {
  it("are the same bytes wherever and whenever they are built", async () => {
    const one = await buildPackages(join(base, "one"), app);
    const other = await buildPackages(join(base, "other"), app);
    expect(one).toEqual(other);
    expect(new Set(one.map(({ sha256 }) => sha256)).size).toBe(one.length);
  });

  it("have the sizes of real ones", async () => {
    for (const { size } of await buildPackages(join(base, "one"), app)) {
      expect(size).toBeGreaterThan(50_000);
      expect(size).toBeLessThan(320_000);
    }
  });

  it("are never rewritten, also when the program changes, and leave nothing else", async () => {
    const folder = join(base, "kept");
    const before = await buildPackages(folder, app);
    const first = join(folder, before[0]?.path ?? "");
    utimesSync(first, new Date(0), new Date(0));
    const changed = join(base, "changed-app");
    cpSync(app, changed, { recursive: true });
    appendFileSync(join(changed, "log.mjs"), "// changed\n");
    expect(await buildPackages(folder, changed)).toEqual(before);
    expect(statSync(first).mtimeMs).toBe(0);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes(".part"))).toEqual([]);
  });

  it("pass the console's own checks, fetched from its own shelf", async () => {
    const folder = join(base, "one");
    const built = await buildPackages(folder, app);
    const handle = shelfHandler(folder);
    const server = createServer(async (request, response) => {
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const answer = await handle(new Request(`http://localhost${request.url}`, { method: request.method, headers }));
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const packages = createPackages(new MemoryStore(), {
      allowPrivate: false,
      allowLoopback: true,
      spoolFolder: base,
      cache: null,
    });
    try {
      for (const { path, size, sha256 } of built) {
        const kind = path.endsWith(".zip") ? "zip" : "tar.gz";
        expect(await packages.ask(`${origin}/shelf/${path}`)).toEqual({ url: `${origin}/shelf/${path}`, size, kind });
        expect(await packages.fetch(`${origin}/shelf/${path}`, { expectSha256: sha256 })).toMatchObject({ kind, size, files: 7 });
      }
    } finally {
      server.close();
    }
  });
});

describe("the catalogue", () => {
  it("has three good versions of every service, every kind of bad one, and a zip", () => {
    for (const { versions } of DEMO_SERVICES) {
      expect(versions.filter(({ behaviour }) => behaviour === "good").length).toBeGreaterThanOrEqual(3);
      expect(new Set(versions.map(({ version }) => version)).size).toBe(versions.length);
    }
    const all = DEMO_SERVICES.flatMap(({ versions }) => versions);
    expect(new Set(all.map(({ behaviour }) => behaviour))).toEqual(
      new Set(["good", "exits", "never_healthy", "slow", "falls_over"]),
    );
    expect(all.some(({ kind }) => kind === "zip")).toBe(true);
  });
});

describe("stored gzip", () => {
  it.each([0, 1, 65_535, 65_536, 200_000])("unpacks to the %d bytes that went in", (size) => {
    const bytes = ballast("seed", size).subarray(0, size);
    expect(gunzipSync(storedGzip(bytes)).equals(bytes)).toBe(true);
  });
});
