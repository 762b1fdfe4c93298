import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as route from "@/app/api/v1/slipway.yaml/route";
import { freePort } from "@/lib/deploy/hosts/testing/site";
import { TestFleet } from "@/lib/deploy/testing/fleet";
import { applyFiles } from "./apply";

let fleet: TestFleet;
let server: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  fleet = await TestFleet.open();
  globalThis.slipwayCore = fleet.core;
  folder = await mkdtemp(join(tmpdir(), "apply-"));
  server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = new Headers(
      Object.entries(incoming.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
    );
    const request = new Request(new URL(incoming.url ?? "/", url), { method: "PUT", headers, body: Buffer.concat(chunks) });
    const response = await route.PUT(request, { params: Promise.resolve({}) });
    outgoing.writeHead(response.status, { "content-type": "application/json" }).end(await response.text());
  });
  url = await listening(server);
});
afterAll(async () => {
  server.close();
  globalThis.slipwayCore = undefined;
  await rm(folder, { recursive: true });
  await fleet.close();
});

async function listening(on: Server): Promise<string> {
  await new Promise<void>((resolve) => on.listen(0, "127.0.0.1", resolve));
  const address = on.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

async function apply(files: Readonly<Record<string, string>>, isTrial = false) {
  const said: string[] = [];
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const paths = Object.keys(files).map((name) => join(folder, name));
  const refused = await applyFiles({ files: paths, url, isTrial, language: "en" }, (line) =>
    said.push(line.replace(`${folder}/`, "")),
  );
  return { refused, said };
}

const SHOP = "name: shop\nsettings:\n  start: [./serve]\n";

it("says what would change, changes it, and says when nothing is left to change", async () => {
  expect(await apply({ "shop.yaml": SHOP }, true)).toEqual({
    refused: 0,
    said: ["shop would be added:", '  name: "shop"', '  settings.start: ["./serve"]'],
  });
  expect((await apply({ "shop.yaml": SHOP })).said[0]).toBe("shop added:");
  expect(await apply({ "shop.yaml": `${SHOP}  user: www\n` })).toEqual({
    refused: 0,
    said: ["shop is at revision 2 now:", '  settings.user: null → "www"'],
  });
  expect((await apply({ "shop.yaml": `${SHOP}  user: www\n` })).said).toEqual(["shop: as the file says already (revision 2)."]);
});

it("names a file that is not there, or is none, and goes on with the next one", async () => {
  await writeFile(join(folder, "there.yaml"), SHOP.replace("shop", "there"));
  const said: string[] = [];
  const files = [join(folder, "lost.yaml"), folder, join(folder, "there.yaml")];
  const refused = await applyFiles({ files, url, isTrial: true, language: "en" }, (line) => said.push(line.replace(folder, "…")));
  expect(refused).toBe(2);
  expect(said.slice(0, 3)).toEqual([
    "…/lost.yaml: There is no such file.",
    "…: Cannot be read (EISDIR).",
    "there would be added:",
  ]);
});

describe("where there is no Slipway, it says so and what to do", () => {
  const applied = async (at: string) => {
    await writeFile(join(folder, "any.yaml"), SHOP);
    return applyFiles({ files: [join(folder, "any.yaml")], url: at, isTrial: true, language: "en" }, () => undefined);
  };

  it("nothing listens", async () => {
    const port = await freePort("127.0.0.1");
    await expect(applied(`http://127.0.0.1:${port}`)).rejects.toThrow(
      `Nothing answers at http://127.0.0.1:${port}: start Slipway`,
    );
  });

  it("something else does", async () => {
    const other = createServer((_, outgoing) => outgoing.writeHead(404, { "content-type": "text/html" }).end("<h1>no</h1>"));
    const at = await listening(other);
    await expect(applied(at)).rejects.toThrow(`What answers at ${at} is no Slipway of this version`);
    other.close();
  });

  it("the address is none", () => expect(applied("nonsense")).rejects.toThrow("nonsense is no address of a Slipway"));
});

it("names file, line and column of whatever is wrong, and goes on with the next file", async () => {
  expect(
    await apply({ "bad.yaml": "name: bad\nsettings:\n  start: [./a]\n  usr: www\n", "good.yaml": SHOP.replace("shop", "good") }),
  ).toEqual({
    refused: 1,
    said: [
      "bad.yaml:4:3: settings.usr: Is not a field of this request.",
      "good added:",
      '  name: "good"',
      '  settings.start: ["./serve"]',
    ],
  });
});
