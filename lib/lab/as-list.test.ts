import { describe, expect, it } from "vitest";
import { readHostList } from "@/components/hosts/many/host-list";
import { asList } from "./as-list";

const host = (name: string, address: string, port: number) => ({
  host: {
    name,
    kind: "ssh",
    address,
    root: `/srv/lab/${name}`,
    ssh: { via: "builtin", user: "deploy", host: null, port, key: { kind: "file", file: "id" }, host_key: "ssh-ed25519 AAAA" },
  } as const,
});

describe("a lab as a list", () => {
  it("is read by the page of hosts as it is meant", () => {
    const { hosts, complaints } = readHostList(asList([host("lab-1", "10.200.0.2", 22), host("lab-2", "127.0.20.2", 2322)]));
    expect(complaints).toEqual([]);
    expect(hosts).toMatchObject([
      { name: "lab-1", address: "10.200.0.2", user: "deploy", port: 22, keyFile: "id", root: "/srv/lab/lab-1" },
      { name: "lab-2", address: "127.0.20.2", user: "deploy", port: 2322, keyFile: "id", root: "/srv/lab/lab-2" },
    ]);
  });
});
