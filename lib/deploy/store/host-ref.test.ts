import { expect, it } from "vitest";
import { hostRefOf } from "./host-ref";

const row = { name: "web-1", kind: "ssh", address: "10.0.4.17", root: "/srv/slipway" } as const;
const config = { user: "deploy", host: null, port: 22, key: { kind: "agent" }, hostKey: "ssh-ed25519 AAAA" };

it("reads a host that was added before there was a choice as one of the built-in SSH", () => {
  expect(hostRefOf({ ...row, config })).toEqual({ ...row, ssh: { ...config, via: "builtin" } });
  expect(hostRefOf({ ...row, config: { ...config, via: "openssh" } })).toMatchObject({ ssh: { via: "openssh" } });
});
