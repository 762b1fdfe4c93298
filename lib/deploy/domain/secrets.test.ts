import { describe, expect, it } from "vitest";
import { HIDDEN, maskEvidence, maskOf } from "./secrets";

const environment = {
  DB_PASSWORD: "hunter2!",
  PROXY_AUTH: "p@ss/word",
  API_KEY: "k-123456",
  GITHUB_TOKEN: "ghp_abcdef",
  SIGNING_KEY_PEM: "-----BEGIN-----\nMIIEvQ==\n-----END-----",
  MONKEY: "banana",
  REGION: "eu-west-1",
  SECRET_SALT: "abc",
  APIKEY: "plain-api-key",
  PASS: "let-me-in",
  PADDED_TOKEN: "ab  ",
};
const mask = maskOf({ environment });

describe("what a service prints", () => {
  it.each([
    ["connecting as shop with hunter2!", `connecting as shop with ${HIDDEN}`],
    ["key=k-123456 token=ghp_abcdef", `key=${HIDDEN} token=${HIDDEN}`],
    ["postgres://shop:hunter2!@db/shop", `postgres://shop:${HIDDEN}@db/shop`],
    ["http://proxy:p%40ss%2Fword@gate", `http://proxy:${HIDDEN}@gate`],
    ["MIIEvQ== of the key", `${HIDDEN} of the key`],
    ["plain-api-key, let-me-in", `${HIDDEN}, ${HIDDEN}`],
  ])("%s: values whose names say that they are secret are hidden", (line, shown) => {
    expect(mask(line)).toBe(shown);
  });

  it("other values stay, and so does what is too short to be told from ordinary words", () => {
    expect(mask("banana in eu-west-1, abc")).toBe("banana in eu-west-1, abc");
    expect(mask("ab  cd")).toBe("ab  cd");
  });

  it("the longer secret is hidden before one that it begins with", () => {
    const both = maskOf({ environment: { A_TOKEN: "abcd", B_TOKEN: "abcdefgh" } });
    expect(both("abcdefgh abcd")).toBe(`${HIDDEN} ${HIDDEN}`);
  });

  it("a line that was cut off in the middle of a secret keeps none of it", () => {
    const line = `${"x".repeat(493)}hunter2`;
    expect(mask(line)).toBe(`${"x".repeat(493)}${HIDDEN}`);
    expect(mask(`${"x".repeat(496)}hunt`), "as short as a secret may be").toBe(`${"x".repeat(496)}${HIDDEN}`);
    expect(mask(`${"x".repeat(497)}hun`)).toBe(`${"x".repeat(497)}hun`);
    expect(mask("he went to hunt"), "not cut off").toBe("he went to hunt");
  });

  it("log lines and health answers of the evidence are masked, everything else is as it was", () => {
    const evidence = {
      exitCode: 1,
      signal: null,
      health: [{ at: "2026-01-01T00:00:00.000Z", healthy: false, detail: "401 for ghp_abcdef" }],
      log: ["password hunter2! refused"],
    };
    expect(maskEvidence(evidence, mask)).toEqual({
      exitCode: 1,
      signal: null,
      health: [{ at: "2026-01-01T00:00:00.000Z", healthy: false, detail: `401 for ${HIDDEN}` }],
      log: [`password ${HIDDEN} refused`],
    });
  });
});
