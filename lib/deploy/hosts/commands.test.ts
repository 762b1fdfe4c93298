import { describe, expect, it } from "vitest";
import type { ActivateCommand } from "../ports";
import * as commands from "./commands";
import { decodeName, encodeName, encodeValue } from "./encoding";
import { specOf } from "./spec";
import { SETTINGS } from "./testing/site";

const SHA = "a".repeat(64);
const COMMAND: ActivateCommand = {
  instance: "web 1",
  service: "shop",
  tx: "r1/t2:3",
  generation: 7,
  mode: "rollback",
  release: { sha256: SHA, version: "2.4.0", revision: 3 },
  settings: {
    ...SETTINGS,
    environment: { GREETING: "it's\n", PORT: "1" },
    hooks: { preStop: ["./drain", "-t 5"], postStart: null },
  },
  address: "127.0.0.2",
  port: 8080,
  force: false,
  expect: null,
};

describe("the arguments of host.sh", () => {
  it("are words, one each, with nothing for a shell to read", () => {
    expect(commands.activate(COMMAND)).toEqual([
      "activate",
      "web%201",
      "r1%2Ft2:3",
      "7",
      "rollback",
      SHA,
      "3",
      "2.4.0",
      "no",
      "-",
      "-",
    ]);
    expect(commands.activate({ ...COMMAND, force: true, expect: { sha256: SHA, revision: 2 } }).slice(-3)).toEqual([
      "yes",
      SHA,
      "2",
    ]);
    expect(commands.fence({ instance: "w", generation: 2, cancelUnless: null })).toEqual(["fence", "w", "2", "leave"]);
    expect(commands.fence({ instance: "w", generation: 2, cancelUnless: "always" })).toEqual(["fence", "w", "2", "always"]);
    expect(commands.fence({ instance: "w", generation: 2, cancelUnless: { sha256: SHA, revision: 4 } })).toEqual([
      "fence",
      "w",
      "2",
      "unless",
      SHA,
      "4",
    ]);
    expect(commands.inspect(["a", "b/c"], true)).toEqual(["inspect", "yes", "a", "b%2Fc"]);
    expect(commands.boot(["a"])).toEqual(["boot", "a"]);
    expect(commands.powerOff({ instance: "a", generation: 9 })).toEqual(["power-off", "a", "9"]);
    expect(commands.prune([SHA])).toEqual(["prune", SHA]);
    expect(commands.stageHave(SHA)).toEqual(["stage-have", SHA]);
    const release = { sha256: SHA, size: 10 };
    const bounds = [SHA, "10", "4294967296", "200000"];
    expect(commands.stage(release, 4, { background: false })).toEqual(["stage", ...bounds, "no", "4"]);
    expect(commands.fetch(release, { background: true, bytesPerS: null })).toEqual(["fetch", ...bounds, "yes", "0"]);
    expect(commands.fetch(release, { background: true, bytesPerS: 8000 })).toEqual(["fetch", ...bounds, "yes", "8000"]);
  });

  it("never begin like an option or a hidden file, and come back as they were", () => {
    expect(encodeName("--root")).toBe("%2D-root");
    expect(encodeName("../x")).toBe("%2E.%2Fx");
    for (const name of ["é 世界", "a%20b", "-x", ".", "~", "a\nb"]) expect(decodeName(encodeName(name))).toBe(name);
  });

  it("refuse what a host cannot hold", () => {
    expect(() => encodeName("")).toThrow(RangeError);
    expect(() => encodeName("x".repeat(161))).toThrow(RangeError);
    expect(() => encodeValue("a\0b")).toThrow(RangeError);
    expect(() => specOf({ ...COMMAND, settings: { ...SETTINGS, environment: { "A B": "x" } } })).toThrow(RangeError);
  });
});

it("a spec holds all that starting a version needs, one item a line", () => {
  expect(specOf(COMMAND).split("\n")).toEqual([
    "slipway-spec 1",
    "version 2.4.0",
    "address 127.0.0.2",
    "port 8080",
    "folder app",
    "user ",
    "stop-signal TERM",
    "stop-grace-ms 1000",
    "start-deadline-ms 8000",
    "health http",
    "health-path /healthz",
    "health-status 200",
    "version-at /version",
    "start node",
    "start server.mjs",
    "pre-stop ./drain",
    "pre-stop -t\\00405",
    "env GREETING=it\\0047s\\0012",
    "env PORT=8080",
    "env HOST=127.0.0.2",
    "env SLIPWAY_SERVICE=shop",
    "env SLIPWAY_INSTANCE=web\\00401",
    "env SLIPWAY_VERSION=2.4.0",
    "end",
    "",
  ]);
});
