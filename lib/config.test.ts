import { describe, expect, it } from "vitest";
import { readConfig } from "./config";

const DATABASE_URL = "postgresql://app:hunter2@127.0.0.1/slipway";

describe("settings", () => {
  it("need a database and nothing else", () => {
    const config = readConfig({ DATABASE_URL }, "/srv/slipway");
    expect(config).toMatchObject({ databaseUrl: DATABASE_URL, dataFolder: "/srv/slipway/.slipway", hosts: [] });
    expect(config.packages).toEqual({ allowPrivate: false, allowLoopback: false });
    // The demo's packages lie on its own shelf.
    expect(readConfig({ DATABASE_URL, SLIPWAY_DEMO: "1" }).packages.allowLoopback).toBe(true);
    expect(readConfig({ DATABASE_URL, SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1" }).packages.allowLoopback).toBe(true);
    expect(config.person).not.toBe("");
  });

  it("take lists and switches", () => {
    const config = readConfig({
      DATABASE_URL,
      SLIPWAY_HOSTS: "a.example, B.example,",
      SLIPWAY_ALLOW_PRIVATE_PACKAGES: "1",
      SLIPWAY_PERSON: " lin ",
    });
    expect(config).toMatchObject({ hosts: ["a.example", "b.example"], person: "lin", packages: { allowPrivate: true } });
  });

  it("say where hosts reach the console, by an address without a path", () => {
    expect(readConfig({ DATABASE_URL }).url).toBeNull();
    for (const url of ["http://127.0.0.1:3000", "https://slipway.example", "http://[::1]:80/"])
      expect(readConfig({ DATABASE_URL, SLIPWAY_URL: url }).url).toBe(url);
    for (const url of [
      "slipway.example",
      "ftp://slipway.example",
      "https://slipway.example/x",
      "https://me:pw@slipway.example",
      "http://a/?b",
    ])
      expect(() => readConfig({ DATABASE_URL, SLIPWAY_URL: url }), url).toThrow("SLIPWAY_URL");
  });

  it("say what workers sign in to hosts with", () => {
    expect(readConfig({ DATABASE_URL }, "/srv/slipway").sshKeys).toEqual({
      folder: "/srv/slipway/.slipway/ssh",
      passphrase: null,
      agent: null,
    });
    const set = { SLIPWAY_SSH_KEYS: "/etc/keys", SLIPWAY_SSH_PASSPHRASE: "hunter2", SSH_AUTH_SOCK: "/run/agent" };
    expect(readConfig({ DATABASE_URL, ...set }).sshKeys).toEqual({
      folder: "/etc/keys",
      passphrase: "hunter2",
      agent: "/run/agent",
    });
    expect(readConfig({ DATABASE_URL }).sshConfig).toBeNull();
    expect(readConfig({ DATABASE_URL, SLIPWAY_SSH_CONFIG: "ssh/config" }, "/srv/slipway").sshConfig).toBe(
      "/srv/slipway/ssh/config",
    );
  });

  it("name what is wrong and never its value", () => {
    const read = () => readConfig({ DATABASE_URL: "mysql://root:hunter2@db/x", SLIPWAY_POOL: "none" });
    expect(read).toThrow(/DATABASE_URL.*SLIPWAY_POOL/);
    expect(read).not.toThrow(/hunter2/);
  });
});
