import { describe, expect, it } from "vitest";
import { AddressRefused } from "./guarded-agent";
import { networkFailure } from "./network-failure";
import { urlReason } from "./reasons";

const url = new URL("https://packages.example/a");
const coded = (code: string) => Object.assign(new Error(code), { code });

describe("what the network says", () => {
  it.each([
    ["ENOTFOUND", "name_not_found"],
    ["ECONNREFUSED", "connection_refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["ECONNRESET", "reset"],
    ["UND_ERR_BODY_TIMEOUT", "timeout"],
    ["HPE_INVALID_CONSTANT", "bad_answer"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
  ])("%s is %s", (code, reason) => {
    expect(urlReason(networkFailure(coded(code), url))).toBe(reason);
  });

  it("is found below a cause and among the addresses tried", () => {
    expect(urlReason(networkFailure(new Error("failed", { cause: coded("ECONNRESET") }), url))).toBe("reset");
    expect(urlReason(networkFailure(new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]), url))).toBe(
      "connection_refused",
    );
  });

  it("names the address that a name led to", () => {
    const failure = networkFailure(new Error("failed", { cause: new AddressRefused("169.254.169.254") }), url);
    expect(failure).toMatchObject({ params: { why: "address_refused", address: "169.254.169.254" } });
  });

  it("leaves defects of ours as they are", () => {
    const defect = new TypeError("undefined is not a function");
    expect(networkFailure(defect, url)).toBe(defect);
  });
});
