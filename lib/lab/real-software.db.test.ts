/** Software that we did not write and that teams run, at two versions each: deployed, upgraded and taken back over SSH. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deeds } from "@/lib/deploy/engine/testing/deeds";
import { FIRST_PORT, type Fleet, SERVICE } from "@/lib/deploy/engine/testing/fleet";
import { expectTheTruth } from "@/lib/deploy/engine/testing/truth";
import { LabScene, lacking, separate } from "./testing/lab-scene";
import { type Fetched, fromDebian, fromNpm } from "./testing/real-packages";

const MOST = { timeout: 120_000 };
/** It serves its own folder, so that its package.json tells which version answers. */
const HTTP_SERVER = ["14.1.0", "14.1.1"] as const;
/** Debian has one version of it: the second differs in its configuration, which is part of the package. */
const CADDY = ["2.6.2-a", "2.6.2-b"] as const;

const caddyfile = (version: string) =>
  `{
\tadmin off
\tauto_https off
}
http://:{$PORT} {
\trespond /healthz 200
\trespond /version ${version}
}
`;

const none: Fetched = { lacking: "nothing was fetched" };
const [npm, debian] = separate
  ? await Promise.all([
      fromNpm("http-server", HTTP_SERVER),
      fromDebian("caddy", "usr/bin/caddy", new Map(CADDY.map((version) => [version, { Caddyfile: caddyfile(version) }]))),
    ])
  : [none, none];
const saying = (fetched: Fetched) => ("lacking" in fetched ? ` (skipped: ${fetched.lacking})` : "");

let lab: LabScene;

/** Both versions one after the other, and back with one click; each time the software itself says which one it is. */
const story =
  (
    fetched: Fetched,
    [first, second]: readonly [string, string],
    serves: (number: number) => Promise<string>,
    hosts: readonly number[],
  ) =>
  async (deeds: Deeds, fleet: Fleet): Promise<void> => {
    if ("lacking" in fetched) throw new Error(fetched.lacking);
    for (const [version, bytes] of fetched.packages) fleet.shelf.put(`${SERVICE}-${version}.tar.gz`, bytes);
    const everywhere = async (version: string) => {
      for (const number of hosts) expect(await serves(number)).toBe(version);
    };
    await deeds.ended(await deeds.deploy(first), "succeeded");
    await everywhere(first);
    await deeds.ended(await deeds.deploy(second), "succeeded");
    await everywhere(second);
    await deeds.ended((await deeds.takeBack()).id, "succeeded");
    await everywhere(first);
    expect(await deeds.story("shop-11")).toEqual([`${first} replaced`, `${second} rolled_back`, `${first} runs`]);
    await expectTheTruth(fleet);
  };

async function ask(number: number, path: string): Promise<string> {
  const address = lab.host(number).host.address;
  const answer = await fetch(`http://${address}:${FIRST_PORT}${path}`, { signal: AbortSignal.timeout(5000) });
  return (await answer.text()).trim();
}

describe.skipIf(!separate)(`software of others${lacking}`, { concurrent: true, ...MOST }, () => {
  beforeAll(async () => {
    lab = await LabScene.open(3);
  });
  afterAll(async () => {
    await lab.close();
  });

  it.skipIf("lacking" in npm)(`http-server of npm, with its dependencies${saying(npm)}`, () =>
    lab.run(
      [lab.ref(1), lab.ref(2)],
      story(npm, HTTP_SERVER, async (number) => JSON.parse(await ask(number, "/package.json")).version, [1, 2]),
      {
        settings: {
          start: ["node", "node_modules/http-server/bin/http-server", "node_modules/http-server", "-c-1"],
          folder: "",
          health: { kind: "http", path: "/package.json", status: 200 },
          versionAt: { path: "/package.json" },
        },
      },
    ),
  );

  it.skipIf("lacking" in debian)(`Caddy of Debian, a static binary with its configuration${saying(debian)}`, () =>
    lab.run(
      [lab.ref(3)],
      story(debian, CADDY, (number) => ask(number, "/version"), [3]),
      {
        settings: { start: ["bin/caddy", "run", "--config", "Caddyfile"], folder: "" },
      },
    ),
  );
});
