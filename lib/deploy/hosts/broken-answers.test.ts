/** What services answer while they are verified that no HTTP server should: each is asked by the curl of this machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ServiceSettings } from "../domain/settings";
import type { ActivateResult } from "../ports";
import { localHost } from "./testing/local-host";
import { oldCurl } from "./testing/old-curl";
import { archiveOf } from "./testing/packages";
import { Site } from "./testing/site";

/** `answers`: what the service does with a `socket`, once it has read the `path`; `asked`: how often that was asked, with this time. */
const serverSource = (answers: string) => `
import { createServer } from "node:net";
const times = new Map();
const HEAD = "HTTP/1.1 200 OK\\r\\n";
createServer((socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (request) => {
    const path = String(request).split(" ")[1];
    const asked = (times.get(path) ?? 0) + 1;
    times.set(path, asked);
    const say = (status, body = "") => socket.end("HTTP/1.1 " + status + " x\\r\\nContent-Length: " + body.length + "\\r\\n\\r\\n" + body);
    ${answers}
  });
}).listen(Number(process.env.PORT), process.env.HOST);
`;

async function deployed(
  answers: string,
  settings: Partial<ServiceSettings>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ActivateResult> {
  const server = { name: "app/server.mjs", content: serverSource(answers) };
  const site = await Site.open(await localHost({ environment }));
  try {
    return await site.deploy({ package: await archiveOf([server]), settings: { startDeadlineS: 1.5, ...settings } });
  } finally {
    await site.dispose();
  }
}

const UNASKED = { versionAt: null };
const ASKED = { versionAt: { path: "/version" } };
const TELLS = `if (path === "/version") return say(200, "1.0");`;
const ENDLESS = `${TELLS} socket.write(HEAD + "\\r\\nhello");`;
const SHORT = `${TELLS} socket.end(HEAD + "Content-Length: 100\\r\\n\\r\\nhello");`;
const EVERY_SECOND = `${TELLS} if (asked % 2) say(200); else socket.destroy();`;

describe("a service is not verified", { concurrent: true, timeout: 60_000 }, () => {
  it.each([
    ["answer never ends", ENDLESS, UNASKED, "timeout"],
    ["answer never ends, though its version is right", ENDLESS, ASKED, "timeout"],
    ["answer breaks off", SHORT, UNASKED, "no answer"],
    ["answer breaks off, though its version is right", SHORT, ASKED, "no answer"],
  ])("whose %s", async (_what, answers, settings, said) => {
    const detail = expect.stringContaining(`last answer: ${said};`);
    expect(await deployed(answers, settings)).toMatchObject({ kind: "down", code: "unhealthy", detail });
  });

  it.each([
    ["", UNASKED],
    [", though its version is right", ASKED],
  ])("that leaves every second question without an answer%s", async (_what, settings) => {
    const result = await deployed(EVERY_SECOND, settings);
    expect(result).toMatchObject({ kind: "down", code: "unhealthy" });
  });

  it("whose answer never ends, on a host whose curl is too old to keep a pace", async () => {
    const tools = await mkdtemp(join(tmpdir(), "tools-"));
    try {
      const result = await deployed(ENDLESS, UNASKED, { PATH: (await oldCurl(tools)).path });
      expect(result).toMatchObject({ kind: "down", code: "unhealthy", detail: expect.stringContaining("last answer: timeout;") });
    } finally {
      await rm(tools, { recursive: true });
    }
  });

  it("whose version looks like what curl says of an answer", async () => {
    const result = await deployed(String.raw`say(200, "1.0\n200 0.000001\n\n0");`, ASKED);
    expect(result).toMatchObject({
      kind: "down",
      code: "wrong_version",
      detail: expect.stringContaining("is 1.0?200?0.000001??0;"),
    });
  });

  it("whose answers waver, and each is shown as what it was", async () => {
    const result = await deployed("say(asked % 2 ? 204 : 200);", UNASKED);
    expect(result).toMatchObject({ kind: "down", code: "unhealthy" });
    if (result.kind !== "down") return;
    const shown = result.evidence.health.map(({ healthy, detail }) => `${detail} ${healthy}`);
    expect(shown).toEqual(expect.arrayContaining(["204 from /healthz false", "200 from /healthz true"]));
    expect(shown).not.toContain("200 from /healthz false");
  });
});

describe("a service is verified", { concurrent: true, timeout: 60_000 }, () => {
  const good = (status: number) => ({ ...ASKED, health: { kind: "http", path: "/healthz", status } }) as const;
  const late = { ...UNASKED, startDeadlineS: 2.2 };
  const slowly = { ...ASKED, startDeadlineS: 8 };

  it.each([
    ["first answer takes most of its time", `setTimeout(say, asked === 1 ? 1600 : 0, 200);`, late],
    ["good answer is 302", `${TELLS} say(302);`, good(302)],
    ["good answer is 404", `${TELLS} say(404);`, good(404)],
    ["version comes with more than is read", `say(200, JSON.stringify({ version: "1.0", more: "x".repeat(300_000) }));`, ASKED],
    ["version never ends", `if (path === "/version") socket.write(HEAD + '\\r\\n{"version":"1.0"}'); else say(200);`, slowly],
    [
      "version breaks off",
      `if (path === "/version") socket.end(HEAD + "Content-Length: 9\\r\\n\\r\\n1.0"); else say(200);`,
      ASKED,
    ],
    ["version has bytes that no shell keeps", `say(200, '\\0{"version":\\0"1.0"}');`, ASKED],
    ["version is told later than it answers", `say(path === "/version" && asked < 4 ? 404 : 200, "1.0");`, ASKED],
  ] satisfies [string, string, Partial<ServiceSettings>][])("whose %s", async (_what, answers, settings) => {
    expect(await deployed(answers, settings)).toMatchObject({ kind: "verified" });
  });
});
