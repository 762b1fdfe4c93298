import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListedHost } from "./listing";
import { isSshConfig, readSshConfig } from "./ssh-config";

const NOTHING = {
  address: null,
  user: null,
  host: null,
  port: null,
  keyFile: null,
  root: null,
  zone: null,
  labels: {},
  through: null,
};
const host = (line: number, name: string, said: Partial<ListedHost>) => ({ line, name, ...NOTHING, ...said });

describe("an OpenSSH configuration", () => {
  it("names a host with where and how it is reached", () => {
    const text = `Host web-1
  HostName 10.0.4.17
  User deploy
  Port 2222
  IdentityFile ~/.ssh/id_prod
  ForwardAgent yes
`;
    expect(readSshConfig(text)).toEqual({
      hosts: [host(1, "web-1", { address: "10.0.4.17", user: "deploy", port: 2222, keyFile: "id_prod" })],
      complaints: [],
    });
  });

  it("says the first value that fits, as ssh takes it", () => {
    const text = `User first
Host web-1 web-2
  Port 2200
Host web-?
  Port 1
  HostName %h.example.com
Host !web-2 *
  IdentityFile "/keys/with blank/id"
Match all
  User last
`;
    expect(readSshConfig(text)).toEqual({
      hosts: [
        host(2, "web-1", { host: "web-1.example.com", user: "first", port: 2200, keyFile: "id" }),
        host(2, "web-2", { host: "web-2.example.com", user: "first", port: 2200 }),
      ],
      complaints: [{ line: 4, code: "pattern", params: { pattern: "web-?" } }],
    });
  });

  it("takes keywords in any case, with an equals sign, and comments", () => {
    expect(readSshConfig("# mine\r\nHOST=web-1 # first\r\n\thostname = 10.0.0.1\r\n").hosts).toEqual([
      host(2, "web-1", { address: "10.0.0.1" }),
    ]);
  });

  it.each([
    ["ProxyJump bastion.example.com", "bastion.example.com"],
    ["ProxyCommand ssh -W %h:%p bastion", "ssh -W %h:%p bastion"],
    ["ProxyJump none\nProxyCommand none", null],
  ])("tells the machine that it goes through: %s", (option, through) => {
    expect(readSshConfig(`Host web-1\nHostName 10.0.0.1\n${option}\n`).hosts).toEqual([
      host(1, "web-1", { address: "10.0.0.1", through }),
    ]);
  });

  it.each([
    ["Match host web-* user me", { code: "match", params: { word: "host web-* user me" } }],
    ["Include ~/.ssh/config.d/*", { code: "include", params: { file: "~/.ssh/config.d/*" } }],
    ["Host web-*", { code: "pattern", params: { pattern: "web-*" } }],
    ["User", { code: "no_value", params: { word: "User" } }],
    ["Host web-1", { code: "name_twice", params: { name: "web-1", first: 1 } }],
    ["Port twenty", { code: "bad_port", params: { port: "twenty" } }],
  ])("says what it does not follow: %s", (line, complaint) => {
    const { hosts, complaints } = readSshConfig(`Host web-1\nHostName 10.0.0.1\n${line}\n`);
    expect(hosts.map(({ name }) => name)).toEqual(["web-1"]);
    expect(complaints).toEqual([{ line: 3, ...complaint }]);
  });

  it("does not follow what stands under a Match", () => {
    expect(readSshConfig("Host a\nMatch user x\nPort 22\nHostName b\n").hosts).toEqual([host(1, "a", { host: "a" })]);
  });

  it("fits patterns as a glob does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), minLength: 1, maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(letters, name, (pattern, wanted) => {
        const { hosts } = readSshConfig(`Host ${pattern}\nPort 99\nHost ${wanted}\n`);
        const fits = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(wanted);
        expect(hosts.find((each) => each.name === wanted)?.port ?? null).toBe(fits ? 99 : null);
      }),
    );
  });

  it("is told from a list", () => {
    expect(isSshConfig("\n# mine\n  Host web-1\n")).toBe(true);
    expect(isSshConfig("web-1 10.0.0.1\nhost-2 10.0.0.2\nhostname=a\n")).toBe(false);
    expect(isSshConfig("")).toBe(false);
  });

  it("as any text is read without a failure", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        for (const each of readSshConfig(`Host ${one}\n${other}`).hosts) expect(each.line).toBeGreaterThan(0);
      }),
    );
  });
});
