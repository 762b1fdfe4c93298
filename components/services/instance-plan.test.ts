import { describe, expect, it } from "vitest";
import type { HostWire } from "@/lib/api/contract";
import { firstWish, type InstanceWish, plannedInstances } from "./instance-plan";

type Given = Partial<Pick<HostWire, "name" | "state">> & { readonly runs?: readonly (readonly [id: string, port: number])[] };

function host({ name = "ams-1", state = "active", runs = [] }: Given): HostWire {
  return {
    name,
    kind: "local",
    address: "127.0.0.1",
    root: `/srv/${name}`,
    zone: null,
    labels: {},
    state,
    reachable: true,
    last_answer_at: null,
    error: null,
    trouble: null,
    ssh: null,
    instances: runs.map(([id, port]) => ({
      instance_id: id,
      service: id.replace(/-\d+$/, ""),
      version: "1.0",
      color: 0,
      status: "active",
      port,
    })),
  };
}

const wish: InstanceWish = { hosts: ["ams-1", "ams-2"], perHost: 2, firstPort: 8080, prefix: "web-", firstNumber: 1 };

describe("new instances", () => {
  it("are so many on each host, numbered on, with the same ports on each", () => {
    expect(plannedInstances(wish, [host({}), host({ name: "ams-2" }), host({ name: "ams-3" })])).toEqual([
      { instance_id: "web-01", host: "ams-1", port: 8080 },
      { instance_id: "web-02", host: "ams-1", port: 8081 },
      { instance_id: "web-03", host: "ams-2", port: 8080 },
      { instance_id: "web-04", host: "ams-2", port: 8081 },
    ]);
  });

  it("pass ports that are taken on their host", () => {
    const ports = plannedInstances(wish, [host({ runs: [["mail-1", 8081]] }), host({ name: "ams-2" })]).map((each) => each.port);
    expect(ports).toEqual([8080, 8082, 8080, 8081]);
  });

  it("end at the last port there is", () => {
    const planned = plannedInstances({ ...wish, hosts: ["ams-1"], firstPort: 65_535, perHost: 3 }, [host({})]);
    expect(planned.map((each) => each.port)).toEqual([65_535]);
  });
});

describe("what is proposed at first", () => {
  it("goes on from the service's instances on all hosts", () => {
    const hosts = [host({ runs: [["web-07", 9000]] }), host({ name: "ams-2", runs: [["mail-99", 8080]] })];
    expect(firstWish("web", hosts)).toMatchObject({ firstPort: 9000, firstNumber: 8, prefix: "web-" });
  });

  it("chooses the host where there is only one that takes instances", () => {
    expect(firstWish("web", [host({}), host({ name: "ams-2", state: "draining" })]).hosts).toEqual(["ams-1"]);
    expect(firstWish("web", [host({}), host({ name: "ams-2" })]).hosts).toEqual([]);
  });
});
