import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "@/lib/host-key";
import { hasSshd } from "@/lib/lab/sshd";
import { type ComposedWorker, composeWorker } from "../../compose-worker";
import { Deeds } from "../../engine/testing/deeds";
import { Fleet, JONAS, SERVICE } from "../../engine/testing/fleet";
import { expectGaplessEvents } from "../../engine/testing/truth";
import { until } from "../../engine/testing/until";
import { makeWritable } from "../testing/local-host";
import { freePort } from "../testing/site";
import { TestServer } from "../testing/ssh-host";

const lacking = hasSshd ? "" : " (skipped: this machine has no SSH server)";
const MOST = { timeout: 120_000 };

interface Scene {
  readonly fleet: Fleet;
  readonly deeds: Deeds;
  readonly server: TestServer;
  readonly root: string;
  readonly worker: ComposedWorker;
}

/** A console without hosts, a whole worker, and an SSH server that it may come to know. */
const scene = (test: (scene: Scene) => Promise<void>) => async (): Promise<void> => {
  const server = await TestServer.open();
  const root = await mkdtemp(join(tmpdir(), "trust-"));
  const fleet = await Fleet.open({ hosts: 0 });
  const problems: string[] = [];
  const worker = await composeWorker({ ...fleet.config, sshKeys: server.keys }, (what, error) =>
    problems.push(`${what}: ${String(error)}`),
  );
  try {
    await worker.start();
    await test({ fleet, deeds: new Deeds(fleet), server, root, worker });
    expect(problems).toEqual([]);
  } finally {
    for (const { id } of await fleet.core.db.instance.findMany())
      await worker.transport.powerOff(server.host(root), { instance: id, generation: 999_999 });
    await worker.stop();
    await worker.close();
    await fleet.close();
    await server.dispose();
    await makeWritable(root);
    await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
};

describe.skipIf(!hasSshd)(`trust in a host${lacking}`, MOST, () => {
  it(
    "begins with a look at its key, which a person accepts: a worker looks, the console only asks",
    scene(async ({ fleet: { core }, server, root }) => {
      const { name, kind, address } = server.host(root);
      const unknown = await core.queries.checkHost({ name, kind, address, root, ssh: server.target({ hostKey: null }) });
      expect(unknown).toMatchObject({ ok: false, troubles: [{ code: "host_key_new", bearable: false }] });
      const hostKey = unknown.hostKey?.publicKey ?? "";
      expect(hostKey).toBe(server.hostKey);
      const host = server.host(root, { hostKey });
      expect(await core.queries.checkHost(host)).toMatchObject({ ok: true, troubles: [] });
      await core.addHost(JONAS, { ...host, zone: null, labels: {} });
      const known = await core.queries.host(name);
      expect(known.ssh).toEqual({ ...server.target(), hostKey: undefined, fingerprint: fingerprintOf(hostKey) });
      expect(await core.db.auditEntry.findFirst({ where: { action: "add_host" } })).toMatchObject({
        actor: JONAS.name,
        params: { fingerprint: fingerprintOf(hostKey) },
      });
      expect(await core.queries.checkKnownHost(name)).toMatchObject({ ok: true });
      await until("it was inspected", async () => (await core.queries.host(name)).reachable);
    }),
  );

  it(
    "ends when its key changes in the middle of a change, and the change is collected once a person accepts the new one",
    scene(async ({ fleet, deeds, server, root }) => {
      const { core } = fleet;
      const host = server.host(root);
      await core.addHost(JONAS, { ...host, zone: null, labels: {} });
      const starts = join(root, "starts");
      const service = await core.queries.service(SERVICE);
      await core.updateService(JONAS, { service: SERVICE, settings: { ...service.settings, environment: { STARTS: starts } } });
      await core.registerInstances(JONAS, SERVICE, [
        { id: "shop-1", host: host.name, port: await freePort("127.0.0.1"), labels: {} },
      ]);
      await fleet.publish("1.0", "slow");
      const id = await deeds.deploy("1.0", { instances: ["shop-1"], strategy: { preset: "all_at_once", maxFailed: 1 } });
      await until("the version has begun", async () => (await readFile(starts, "utf8").catch(() => "")) === "1.0\n");
      await server.stop();
      await deeds.targetReaches(id, "unknown");
      const accepted = fingerprintOf(host.ssh.hostKey);
      await server.start({ newKey: true });
      const shown = fingerprintOf(server.hostKey);
      const { error } = await until("it is refused", async () => {
        const now = await core.queries.host(host.name);
        return now.error?.includes(shown) ? now : null;
      });
      expect(error).toContain(`accepted was ${accepted}, shown is ${shown}`);
      expect((await deeds.rollout(id)).completedAt).toBeNull();
      await core.acceptHostKey(JONAS, host.name, server.hostKey);
      await deeds.ended(id, "succeeded");
      expect(await readFile(starts, "utf8")).toBe("1.0\n");
      expect(await core.db.event.findFirst({ where: { code: "host_key_accepted" } })).toMatchObject({
        actor: JONAS.name,
        params: { fingerprint: shown },
      });
      expect(await deeds.story("shop-1")).toEqual(["1.0 runs"]);
      await expectGaplessEvents(fleet);
    }),
  );
});
