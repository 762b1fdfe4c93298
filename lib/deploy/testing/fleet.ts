/** A small fleet in a database of its own, written through the commands where there is one and by hand where a rollout would. */
import { createHash } from "node:crypto";
import { readConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/postgres/testing";
import { type Core, composeCore } from "../compose";
import { NO_LIMITS } from "../domain/running";
import type { ServiceSettings } from "../domain/settings";

export const SETTINGS: ServiceSettings = {
  start: ["./serve"],
  environment: {},
  user: null,
  folder: "",
  stopSignal: "TERM",
  stopGraceS: 10,
  startDeadlineS: 60,
  hooks: { preStop: null, postStart: null },
  health: { kind: "http", path: "/healthz", status: 200 },
  versionAt: null,
  delivery: { mode: "push", limitKbitS: null },
  runs: { kind: "process" },
  sudo: false,
  limits: NO_LIMITS,
  strategy: {},
};

const TESTER = { name: "tester" };
const digest = (text: string) => createHash("sha256").update(text).digest("hex");

export class TestFleet {
  #port = 20_000;

  private constructor(
    readonly core: Core,
    private readonly closeDatabase: () => Promise<void>,
  ) {}

  static async open(): Promise<TestFleet> {
    const { url, close } = await openTestDatabase();
    const core = composeCore(
      readConfig({ DATABASE_URL: url, SLIPWAY_PERSON: "tester", SLIPWAY_LOG: "silent", SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1" }),
    );
    return new TestFleet(core, close);
  }

  async close(): Promise<void> {
    await this.core.close();
    await this.closeDatabase();
  }

  async host(name: string, address = "127.0.0.1"): Promise<string> {
    await this.core.addHost(TESTER, { name, kind: "local", address, root: `/srv/${name}`, zone: null, labels: {} });
    return name;
  }

  async service(name: string): Promise<string> {
    await this.core.createService(TESTER, { name, labels: {}, settings: SETTINGS });
    return name;
  }

  async instances(service: string, host: string, ...ids: readonly string[]): Promise<void> {
    const instances = ids.map((id) => {
      this.#port += 1;
      return { id, host, port: this.#port, labels: {} };
    });
    await this.core.registerInstances(TESTER, service, instances);
  }

  async version(service: string, version: string): Promise<void> {
    const sha256 = digest(`${service} ${version}`);
    const { db } = this.core;
    await db.package.create({
      data: { sha256, size: 1000, kind: "tar.gz", releaseSha256: sha256, releaseSize: 1000, files: 1, unpackedSize: 2000 },
    });
    const color = (await db.version.count({ where: { service } })) % 8;
    await db.version.create({
      data: {
        service,
        version,
        packageUrl: `http://127.0.0.1/${service}/${version}.tar.gz`,
        packageSha256: sha256,
        packageSize: 1000,
        releaseSha256: sha256,
        releaseSize: 1000,
        color,
      },
    });
  }

  /** A run of a version on an instance; open unless it says how it ended. */
  async run(
    instanceId: string,
    service: string,
    version: string,
    ended: { outcome?: "replaced" | "failed" | "put_back"; from?: Date; to?: Date; rolloutId?: string } = {},
  ): Promise<bigint> {
    const { outcome = null, from = new Date(), to = new Date(), rolloutId = null } = ended;
    const row = await this.core.db.activation.create({
      data: {
        instanceId,
        service,
        version,
        revision: 1,
        openedBy: "deployment",
        rolloutId,
        requestedBy: "tester",
        startedAt: from,
        outcome,
        endedAt: outcome === null ? null : to,
      },
    });
    return row.id;
  }

  /** A rollout as it stands in the database; no worker drives it. */
  async rollout(
    id: string,
    service: string,
    status: "scheduled" | "running" | "paused" | "succeeded",
    targets: readonly {
      readonly instance: string;
      readonly status: "waiting" | "switching" | "verifying" | "staged" | "succeeded";
      readonly holding: boolean;
    }[] = [],
  ): Promise<void> {
    const { db } = this.core;
    const ended = status === "succeeded";
    await db.rollout.create({
      data: {
        id,
        kind: "deployment",
        service,
        version: "2.0",
        status,
        strategy: {
          canary: 0,
          waveSize: "50%",
          maxParallel: 1,
          bakeSeconds: 0,
          promotion: "auto",
          maxFailed: 0,
          minHealthy: "0%",
          onFailure: "pause",
          spread: true,
          startAt: null,
          graceSeconds: 0,
          stageTimeoutS: 1,
          unknownWaitSeconds: 1,
        },
        request: {},
        requestedBy: "tester",
        completedAt: ended ? new Date() : null,
        ok: ended ? true : null,
        progress: { wave: 1, aborting: false },
        targets: {
          create: targets.map((target, position) => ({
            instanceId: target.instance,
            position,
            wave: 1,
            host: "h",
            toVersion: "2.0",
            toRevision: 1,
            status: target.status,
            holding: target.holding,
          })),
        },
      },
    });
  }

  async observe(
    instanceId: string,
    seen: {
      healthy?: boolean | null;
      unhealthySince?: Date;
      checkedAt?: Date;
      pid?: number;
      inspectedAt?: Date;
      driftSince?: Date;
      runningVersion?: string;
    },
  ): Promise<void> {
    await this.core.db.observation.upsert({ where: { instanceId }, create: { instanceId, ...seen }, update: seen });
  }
}
