import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Deeds } from "../engine/testing/deeds";
import { Fleet, SERVICE } from "../engine/testing/fleet";
import { SimulatedHosts } from "../engine/testing/simulated-hosts";

let fleet: Fleet;
let deeds: Deeds;
let deployment: string;

beforeAll(async () => {
  fleet = await Fleet.open({ transport: new SimulatedHosts(), settings: { health: { kind: "command", argv: ["true"] } } });
  deeds = new Deeds(fleet);
  await fleet.worker();
  await deeds.runs("1.0");
  deployment = await deeds.runs("2.0");
}, 120_000);

afterAll(() => fleet.close());

describe("history is append-only", () => {
  const refused: Readonly<Record<string, string>> = {
    "rewriting a run": "UPDATE activations SET version = '9.9' WHERE ended_at IS NULL",
    "moving a run's beginning": "UPDATE activations SET started_at = now() WHERE ended_at IS NULL",
    "opening a closed run again": "UPDATE activations SET ended_at = NULL, outcome = NULL WHERE ended_at IS NOT NULL",
    "closing a run twice": "UPDATE activations SET outcome = 'failed' WHERE ended_at IS NOT NULL",
    "deleting runs": "DELETE FROM activations",
    "emptying the history": "TRUNCATE activations CASCADE",
    "rewriting an event": "UPDATE events SET code = 'rollout_ended'",
    "numbering an event anew": "UPDATE events SET pos = pos + 1000 WHERE pos IS NOT NULL",
    "deleting events": "DELETE FROM events",
    "emptying the events": "TRUNCATE events",
    "rewriting an audit entry": "UPDATE audit_entries SET actor = 'nobody'",
    "deleting audit entries": "DELETE FROM audit_entries",
    "rewriting settings": "UPDATE settings_revisions SET settings = '{}'",
    "binding a version to other bytes":
      "UPDATE versions SET package_sha256 = (SELECT package_sha256 FROM versions WHERE version = '2.0') WHERE version = '1.0'",
  };

  for (const [what, statement] of Object.entries(refused)) {
    it(`so ${what} is refused`, async () => {
      await expect(fleet.core.db.$executeRawUnsafe(statement)).rejects.toThrow(
        /append-only|never rewritten|closed once|is bound to its package/,
      );
    });
  }

  it("so an instance has one open run, and one holder", async () => {
    const [instance] = fleet.instances;
    const run = {
      instanceId: instance ?? "",
      service: SERVICE,
      version: "1.0",
      revision: 1,
      openedBy: "deployment",
      startedAt: new Date(),
    } as const;
    await expect(fleet.core.db.activation.create({ data: run })).rejects.toThrow(/[Uu]nique/);
    const target = {
      instanceId: instance ?? "",
      position: 9,
      wave: 1,
      host: "host-1",
      toVersion: "1.0",
      toRevision: 1,
      status: "waiting",
      holding: true,
    } as const;
    const hold = (rolloutId: string) =>
      fleet.core.db.rolloutTarget.update({
        where: { rolloutId_instanceId: { rolloutId, instanceId: target.instanceId } },
        data: { holding: true },
      });
    await hold(deployment);
    await expect(hold("deploy-1")).rejects.toThrow(/[Uu]nique/);
  });
});
