import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHostList } from "./host-list";
import type { ListedHost } from "./listing";

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
const host = (said: Partial<ListedHost>) => ({ line: 1, ...NOTHING, ...said });

describe("a line of a list", () => {
  it.each<[string, Partial<ListedHost>]>([
    ["10.0.4.17", { name: "10.0.4.17", address: "10.0.4.17" }],
    ["web-1.example.com", { name: "web-1.example.com", host: "web-1.example.com" }],
    ["deploy@10.0.4.17", { name: "10.0.4.17", address: "10.0.4.17", user: "deploy" }],
    ["deploy@web-1.example.com:2222", { name: "web-1.example.com", host: "web-1.example.com", user: "deploy", port: 2222 }],
    [
      "ssh://deploy@web-1.example.com:2222/",
      { name: "web-1.example.com", host: "web-1.example.com", user: "deploy", port: 2222 },
    ],
    ["ssh -p 2222 -i ~/.ssh/prod -l deploy web-1", { name: "web-1", host: "web-1", user: "deploy", port: 2222, keyFile: "prod" }],
    ["web-1 10.0.4.17", { name: "web-1", address: "10.0.4.17" }],
    ["web-1 deploy@10.0.4.17:2222", { name: "web-1", address: "10.0.4.17", user: "deploy", port: 2222 }],
    ["web-1 web-1.example.com", { name: "web-1", host: "web-1.example.com" }],
    [
      "web-1 10.0.4.17 deploy@web-1.mgmt:2222",
      { name: "web-1", address: "10.0.4.17", host: "web-1.mgmt", user: "deploy", port: 2222 },
    ],
    ["web-1 10.0.4.17 10.9.0.17", { name: "web-1", address: "10.0.4.17", host: "10.9.0.17" }],
    ["web-1 10.0.4.17 deploy@", { name: "web-1", address: "10.0.4.17", user: "deploy" }],
    ["web-1 10.0.4.17 :2222", { name: "web-1", address: "10.0.4.17", port: 2222 }],
    ["10.0.4.17 web-1", { name: "web-1", address: "10.0.4.17" }],
    ["10.0.4.17\tweb-1 web-1.example.com", { name: "web-1", address: "10.0.4.17", host: "web-1.example.com" }],
    ["fd00::17", { name: "fd00-17", address: "fd00::17" }],
    ["web-1 deploy@[fd00::17]:2222", { name: "web-1", address: "fd00::17", user: "deploy", port: 2222 }],
    ["web-1,10.0.4.17,deploy@", { name: "web-1", address: "10.0.4.17", user: "deploy" }],
    [
      'web-1 10.0.4.17 zone=eu-1 rack=b2 team="shop" root=/srv/a key=/home/me/.ssh/prod',
      {
        name: "web-1",
        address: "10.0.4.17",
        zone: "eu-1",
        labels: { rack: "b2", team: "shop" },
        root: "/srv/a",
        keyFile: "prod",
      },
    ],
    [
      "web-1 ansible_host=10.0.4.17 ansible_user=deploy ansible_port=2222",
      { name: "web-1", address: "10.0.4.17", user: "deploy", port: 2222 },
    ],
    ["  web-1   10.0.4.17   # the first", { name: "web-1", address: "10.0.4.17" }],
    ["name=web-1 address=10.0.4.17", { name: "web-1", address: "10.0.4.17" }],
    ["constructor 10.0.4.17 constructor=x", { name: "constructor", address: "10.0.4.17", labels: { constructor: "x" } }],
  ])("%s", (line, said) => {
    expect(readHostList(line)).toEqual({ hosts: [host(said)], complaints: [] });
  });

  it.each([
    ["web-1 10.0.4.17:99999", { code: "bad_port", params: { port: "99999" } }],
    ["web-1:ssh", { code: "bad_port", params: { port: "ssh" } }],
    ["zone=eu-1", { code: "no_host", params: { word: "zone=eu-1" } }],
    ["web-1 x:y:z", { code: "bad_port", params: { port: "y:z" } }],
    ["web-1 @", { code: "no_host", params: { word: "@" } }],
    ["web-1 10.0.4.17 deploy@ what is this", { code: "too_many_words", params: { words: "what is this" } }],
    ["[web]", { code: "group", params: { word: "[web]" } }],
  ])("%s is complained about", (line, complaint) => {
    expect(readHostList(`\n# a list\n${line}\n`)).toEqual({ hosts: [], complaints: [{ line: 3, ...complaint }] });
  });

  it("that names a host again is complained about, and the first one counts", () => {
    expect(readHostList("web-1 10.0.0.1\r\n\r\nweb-2 10.0.0.2\r\nweb-1 10.0.0.3")).toEqual({
      hosts: [host({ name: "web-1", address: "10.0.0.1" }), host({ line: 3, name: "web-2", address: "10.0.0.2" })],
      complaints: [{ line: 4, code: "name_twice", params: { name: "web-1", first: 1 } }],
    });
  });
});

describe("any text", () => {
  it("gives each line that is not empty a host or a complaint", () => {
    const line = fc.array(
      fc.constantFrom("web-1", "10.0.0.1", "a@b:1", "@", ":", "=", "x=", "[", "]", "#", ",", "-p", "ssh", "é", "::"),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const texts = lines.map((words) => words.join(" "));
        const { hosts, complaints } = readHostList(texts.join("\n"));
        const told = [...hosts, ...complaints].map((each) => each.line).sort((one, other) => one - other);
        const said = texts.flatMap((text, at) => (/[^\s,;]/.test(text.replace(/(?:^|\s)#.*$/, "")) ? [at + 1] : []));
        expect(told).toEqual(said);
      }),
    );
  });

  it("that lists well-formed hosts is read as what it says", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
    const wish = fc.record({
      name,
      address: fc.ipV4(),
      user: fc.option(name),
      port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    });
    fc.assert(
      fc.property(fc.uniqueArray(wish, { selector: (each) => each.name }), (wishes) => {
        const text = wishes.map(
          (each) =>
            `${each.name} ${each.user === null ? "" : `${each.user}@`}${each.address}${each.port === null ? "" : `:${each.port}`}`,
        );
        expect(readHostList(text.join("\n")).hosts).toEqual(wishes.map((each, at) => host({ line: at + 1, ...each })));
      }),
    );
  });
});
