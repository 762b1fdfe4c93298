import { describe, expect, it } from "vitest";
import { checkOf, hostOf } from "../host-draft";
import { candidatesOf, firstShared } from "./candidates";

const SHARED = { ...firstShared(), zone: "eu-1", labels: "team=shop" };

describe("candidates", () => {
  it("are what their line says, and what is shared where it says nothing", () => {
    const { kind, hosts } = candidatesOf(
      "web-1 deploy@10.0.0.1:2222 zone=eu-2 rack=b2\nweb-2 10.0.0.2 key=prod root=/srv/own",
      SHARED,
    );
    expect(kind).toBe("list");
    expect(hosts.map(({ draft }) => checkOf(draft))).toEqual([
      {
        check: {
          name: "web-1",
          kind: "ssh",
          address: "10.0.0.1",
          root: "/srv/slipway/web-1",
          ssh: {
            via: "builtin",
            user: "deploy",
            host: null,
            port: 2222,
            key: { kind: "file", file: "id_ed25519" },
            host_key: null,
          },
        },
      },
      {
        check: {
          name: "web-2",
          kind: "ssh",
          address: "10.0.0.2",
          root: "/srv/own",
          ssh: { via: "builtin", user: "slipway", host: null, port: 22, key: { kind: "file", file: "prod" }, host_key: null },
        },
      },
    ]);
    expect(hosts.map(({ draft }) => [draft.zone, draft.labels])).toEqual([
      ["eu-2", "team=shop\nrack=b2"],
      ["eu-1", "team=shop"],
    ]);
  });

  it("with a name only are asked for without an address, which the check finds", () => {
    const [host] = candidatesOf("Host web-1\nHostName web-1.example.com\n", SHARED).hosts;
    expect(host?.draft).toMatchObject({ address: "", ssh: { host: "web-1.example.com" } });
    expect(host?.problems).toBeNull();
    const found =
      host &&
      hostOf({ ...host.draft, address: "10.0.0.1", ssh: { ...host.draft.ssh, hostKey: `ssh-ed25519 ${"A".repeat(68)}` } });
    expect(found).toMatchObject({ host: { address: "10.0.0.1", ssh: { host: "web-1.example.com" } } });
  });

  it.each([
    ["a name that does not fit", "web_ 10.0.0.1", "/name"],
    ["an address that is none", "web-1 10.0.0.999", "/address"],
    ["a user that does not fit", "web-1 Mei.Lin@10.0.0.1", "/ssh/user"],
    ["a folder that is relative", "web-1 10.0.0.1 root=srv", "/root"],
    ["a name that is a path of the API", "check 10.0.0.1", "/name"],
  ])("with %s say so at the field", (_, line, pointer) => {
    expect([...(candidatesOf(line, SHARED).hosts[0]?.problems?.keys() ?? [])]).toEqual([pointer]);
  });

  it("behind another machine say so, unless the system's ssh is to find the way by its own configuration", () => {
    const text = "Host web-1\nHostName 10.0.0.1\nProxyJump bastion\n";
    expect(candidatesOf(text, SHARED).hosts[0]).toMatchObject({ through: "bastion", draft: { ssh: { host: "" } } });
    const shared = { ...SHARED, ssh: { ...SHARED.ssh, via: "openssh" } } as const;
    expect(candidatesOf(text, shared).hosts[0]).toMatchObject({
      through: null,
      draft: { address: "10.0.0.1", ssh: { via: "openssh", host: "web-1" } },
    });
  });

  it("are the same ones as long as the way to them is", () => {
    const identity = (text: string, shared = SHARED) => candidatesOf(text, shared).hosts.at(-1)?.identity;
    const one = identity("web-1 10.0.0.1");
    expect(identity("# more\nweb-1   10.0.0.1  rack=b2", { ...SHARED, zone: "" })).toBe(one);
    expect(identity("web-1 10.0.0.2")).not.toBe(one);
    expect(identity("web-1 10.0.0.1", { ...SHARED, ssh: { ...SHARED.ssh, user: "deploy" } })).not.toBe(one);
  });
});
