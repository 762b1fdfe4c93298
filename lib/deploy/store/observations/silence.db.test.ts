import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostUnreachable } from "../../ports";
import type { HostToInspect } from "../../ports/observations";
import { TestFleet } from "../../testing/fleet";
import { createObservationStore } from "./observation-store";

const REFUSED = { code: "port_closed", params: { host: "web-1", address: "10.0.0.7", port: 22 } } as const;

let fleet: TestFleet;
let asked: HostToInspect;
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.host("web-1");
  const [claimed] = await createObservationStore(fleet.core.db).claimHosts(1);
  if (claimed === undefined) throw new Error("no host is due");
  asked = claimed;
});
afterAll(() => fleet.close());

const falls = (silence: HostUnreachable) => createObservationStore(fleet.core.db).recordSilence(asked, silence);
const answers = () => createObservationStore(fleet.core.db).recordInspection(asked, []);
const known = () => fleet.core.queries.host("web-1");

describe("why a host does not answer", () => {
  it("is kept as a code with parameters, for readers of any language, and said once", async () => {
    await falls(new HostUnreachable("web-1", "the port is closed", { trouble: REFUSED }));
    await falls(new HostUnreachable("web-1", "the port is closed", { trouble: REFUSED }));
    expect(await known()).toMatchObject({ reachable: false, error: "the port is closed", trouble: REFUSED });
    const events = await fleet.core.db.event.findMany({ where: { code: "host_unreachable" } });
    expect(events).toMatchObject([{ host: "web-1", params: { ...REFUSED.params, trouble: "port_closed" } }]);
  });

  it("is the newest reason", async () => {
    await falls(new HostUnreachable("web-1", "nothing about shop-01"));
    expect(await known()).toMatchObject({
      error: "nothing about shop-01",
      trouble: { code: "answer_unclear", params: { host: "web-1", said: "nothing about shop-01" } },
    });
  });

  it("is forgotten when it answers", async () => {
    await answers();
    expect(await known()).toMatchObject({ reachable: true, error: null, trouble: null });
  });
});
