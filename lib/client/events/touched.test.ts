import { describe, expect, it } from "vitest";
import { event } from "@/lib/api/contract";
import { keys, keyText } from "../keys";
import { anEvent } from "./testing";
import { keysTouchedBy } from "./touched";

const scene = { rollout_id: "ro-1", service: "checkout", instance_id: "checkout-07", host: "web-b2" };
const touched = (given: Parameters<typeof anEvent>[0]) => keysTouchedBy(anEvent(given)).map(keyText);

describe("what an event makes old", () => {
  it("a verified target: the rollout, its targets, the instance, its service, and every list that counts versions", () => {
    expect(touched({ code: "target_verified", ...scene }).sort()).toEqual(
      [
        keys.rollout.detail("ro-1"),
        keys.rollout.targets("ro-1"),
        keys.instance.all("checkout-07"),
        keys.service.detail("checkout"),
        keys.service.allInstances("checkout"),
        keys.service.allPreviews("checkout"),
        keys.service.versions("checkout"),
        keys.services.all,
        keys.overview,
        keys.hosts,
      ]
        .map(keyText)
        .sort(),
    );
  });

  it("progress within a wave reaches the rollout and the overview alone", () => {
    expect(touched({ code: "baking", ...scene }).sort()).toEqual(
      [keys.overview, keys.rollout.detail("ro-1")].map(keyText).sort(),
    );
  });

  it("an accepted rollback also touches the rollout that it takes back", () => {
    expect(touched({ code: "rollout_accepted", ...scene, params: { takes_back: "ro-0" } })).toContain(
      keyText(keys.rollout.detail("ro-0")),
    );
  });

  it("a host that stopped answering touches no rollout", () => {
    const found = touched({ code: "host_unreachable", host: "web-b2" });
    expect(found).toContain(keyText(keys.hosts));
    expect(found.filter((key) => key.includes('"rollout"'))).toEqual([]);
  });

  it.each(event.shape.code.options)("%s touches something, each key once, and never a rollout's log", (code) => {
    const found = touched({ code, ...scene });
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found).size).toBe(found.length);
    expect(found).not.toContain(keyText(keys.rollout.log("ro-1")));
  });

  it.each(event.shape.code.options)("%s without rollout, service and instance names none of them", (code) => {
    for (const key of touched({ code })) expect(key).not.toMatch(/"(rollout|service|instance)"/);
  });

  it.each(event.shape.code.options)("%s: no key is the beginning of another, so that nothing is asked twice", (code) => {
    const found = keysTouchedBy(anEvent({ code, ...scene }));
    for (const a of found) {
      for (const b of found) if (a !== b) expect(b.slice(0, a.length)).not.toEqual(a);
    }
  });
});
