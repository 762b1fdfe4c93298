import { describe, expect, it } from "vitest";
import { problemAt } from "@/lib/client/field-problems";
import { atAddress, checkOf, emptyHost, hostOf, ofKind, rootOf } from "./host-draft";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const named = { ...emptyHost(), name: "ams-1" };

describe("a host as it is typed", () => {
  it("has a folder of its own until another is typed", () => {
    expect(rootOf(named)).toBe("/srv/slipway/ams-1");
    expect(rootOf({ ...named, root: "/opt/a" })).toBe("/opt/a");
  });

  it("becomes the request, without blanks around what was typed", () => {
    expect(hostOf({ ...named, name: " ams-1 ", zone: " eu ", labels: "rack=b2\nrow=4" })).toEqual({
      host: {
        name: "ams-1",
        kind: "local",
        address: "127.0.0.1",
        root: "/srv/slipway/ams-1",
        zone: "eu",
        labels: { rack: "b2", row: "4" },
      },
    });
  });

  it.each([
    ["no name", { name: "" }, "/name"],
    ["a name that is no address", { address: "ams-1.example" }, "/address"],
    ["a folder that is not absolute", { root: "srv" }, "/root"],
    ["a label with a bad name", { labels: "a b=c" }, "/labels"],
  ])("tells %s at its field, and nowhere else", (_name, change, pointer) => {
    const result = hostOf({ ...named, ...change });
    const problems = "problems" in result ? result.problems : new Map();
    expect(problemAt(problems, pointer)).toMatchObject({ code: expect.any(String) });
    expect(problems.size).toBe(1);
  });
});

describe("a host that is reached over SSH", () => {
  const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
  const remote = { ...named, kind: "ssh" as const, address: "10.0.4.17" };

  it("is asked for its key before one was accepted", () => {
    expect(checkOf(remote)).toMatchObject({
      check: {
        kind: "ssh",
        ssh: { via: "builtin", user: "slipway", host: null, port: 22, key: { kind: "file", file: "id_ed25519" }, host_key: null },
      },
    });
  });

  it("is added only with the key that a person accepted", () => {
    const refused = hostOf(remote);
    expect("problems" in refused && [...refused.problems.keys()]).toEqual(["/ssh/host_key"]);
    expect(hostOf({ ...remote, ssh: { ...remote.ssh, hostKey: HOST_KEY } })).toMatchObject({
      host: { ssh: { host_key: HOST_KEY } },
    });
  });

  it("at another address may be another machine: the key that was accepted does not count for it", () => {
    const accepted = { ...remote, ssh: { ...remote.ssh, hostKey: HOST_KEY } };
    expect(atAddress(accepted, "10.0.4.18")).toMatchObject({ address: "10.0.4.18", ssh: { hostKey: null } });
    const elsewhere = { ...accepted, ssh: { ...accepted.ssh, host: "web-1.example.com" } };
    expect(atAddress(elsewhere, "10.0.4.18").ssh.hostKey).toBe(HOST_KEY);
  });

  it("is reached with the system's ssh where that is chosen", () => {
    const result = checkOf({ ...remote, ssh: { ...remote.ssh, via: "openssh", host: "inner" } });
    expect(result).toMatchObject({ check: { ssh: { via: "openssh", host: "inner" } } });
  });

  it("names no key file where an agent has the key", () => {
    const result = checkOf({ ...remote, ssh: { ...remote.ssh, keyKind: "agent" } });
    expect(result).toMatchObject({ check: { ssh: { key: { kind: "agent" } } } });
  });
});

describe("a host that is reached otherwise", () => {
  it("does not keep the address of this machine", () => {
    const over = ofKind(emptyHost(), "ssh");
    expect([over.kind, over.address]).toEqual(["ssh", ""]);
    expect(ofKind(over, "local").address).toBe("127.0.0.1");
    expect(ofKind({ ...over, address: "10.0.0.1" }, "local").address).toBe("10.0.0.1");
  });

  it("needs no address for a check when it has a name, and is not added without one", () => {
    const over = { ...ofKind(emptyHost(), "ssh"), name: "web-1" };
    const named = { ...over, ssh: { ...over.ssh, host: "web-1.example.com", hostKey: KEY } };
    expect(checkOf(named)).toMatchObject({ check: { address: null } });
    for (const result of [checkOf(over), hostOf(named)])
      expect("problems" in result && result.problems.get("/address")).toMatchObject({ params: { format: "ip_address" } });
  });
});
