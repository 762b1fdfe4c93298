/** What people and programs ask of the console in a test, and what they read afterwards. */

import type { DeployRequest, RollbackRequest, TakeBackRequest } from "../../commands/requests";
import { ENDED_ROLLOUT_STATUSES } from "../../domain/statuses";
import type { Actor } from "../../ports";
import { AT_ONCE, type Fleet, MEI, SERVICE } from "./fleet";
import { until } from "./until";

type Db = Fleet["core"]["db"];
type Rollout = Awaited<ReturnType<Db["rollout"]["findUniqueOrThrow"]>>;
type RolloutTarget = Awaited<ReturnType<Db["rolloutTarget"]["findUniqueOrThrow"]>>;
type Activation = Awaited<ReturnType<Db["activation"]["findUniqueOrThrow"]>>;
type Event = Awaited<ReturnType<Db["event"]["findUniqueOrThrow"]>>;

type Ask<Request> = Partial<Request> & { readonly by?: Actor };

export class Deeds {
  private made = 0;

  constructor(readonly fleet: Fleet) {}

  private fresh(kind: string): string {
    this.made += 1;
    return `${kind}-${this.made}`;
  }

  /** Asks for a deployment of a version that is on the shelf, at once and everywhere unless told otherwise; its id. */
  async deploy(version: string, { by = MEI, ...more }: Ask<DeployRequest> = {}): Promise<string> {
    const { core, instances } = this.fleet;
    const request: DeployRequest = {
      deployId: this.fresh("deploy"),
      service: SERVICE,
      version,
      instances,
      packageUrl: this.fleet.urlOf(version),
      strategy: AT_ONCE,
      ...more,
    };
    return (await core.startDeployment(by, request)).id;
  }

  async rollBackTo(targetVersion: string, { by = MEI, ...more }: Ask<RollbackRequest> = {}): Promise<string> {
    const { core, instances } = this.fleet;
    const request: RollbackRequest = {
      rollbackId: this.fresh("rollback"),
      service: SERVICE,
      targetVersion,
      instances,
      packageUrl: this.fleet.urlOf(targetVersion),
      ...more,
    };
    return (await core.startRollback(by, request)).id;
  }

  takeBack({ by = MEI, ...more }: Ask<TakeBackRequest> = {}): Promise<{ readonly id: string; readonly created: boolean }> {
    return this.fleet.core.takeBack(by, { rollbackId: this.fresh("back"), service: SERVICE, ...more });
  }

  /** A version everywhere, to begin with. */
  async runs(version: string): Promise<string> {
    await this.fleet.publish(version);
    const id = await this.deploy(version);
    await this.ended(id, "succeeded");
    return id;
  }

  rollout(id: string): Promise<Rollout> {
    return this.fleet.core.db.rollout.findUniqueOrThrow({ where: { id } });
  }

  targets(id: string): Promise<RolloutTarget[]> {
    return this.fleet.core.db.rolloutTarget.findMany({ where: { rolloutId: id }, orderBy: { instanceId: "asc" } });
  }

  /** An instance's history, oldest row first. */
  history(instance: string): Promise<Activation[]> {
    return this.fleet.core.db.activation.findMany({ where: { instanceId: instance }, orderBy: { id: "asc" } });
  }

  /** The history in short: `1.0 replaced`, `2.0 runs`. */
  async story(instance: string): Promise<readonly string[]> {
    return (await this.history(instance)).map((row) => `${row.version} ${row.outcome ?? "runs"}`);
  }

  events(id: string): Promise<Event[]> {
    return this.fleet.core.db.event.findMany({ where: { rolloutId: id }, orderBy: { seq: "asc" } });
  }

  async codes(id: string): Promise<readonly string[]> {
    return (await this.events(id)).map((event) => event.code);
  }

  /** Waits for the end, and for this one when it is named. */
  async ended(id: string, status?: Rollout["status"]): Promise<Rollout> {
    const row = await until(`the end of ${id}`, async () => {
      const now = await this.rollout(id);
      return ENDED_ROLLOUT_STATUSES.some((each) => each === now.status) ? now : null;
    });
    if (status !== undefined && row.status !== status) {
      throw new Error(
        `${id} ended ${row.status}, not ${status}: ${JSON.stringify([row.statusReason, (await this.targets(id)).map((target) => [target.status, target.failure])])} ${this.fleet.problems.join("; ")}`,
      );
    }
    return row;
  }

  /** Waits until the rollout is in this status. */
  reaches(id: string, status: Rollout["status"]): Promise<Rollout> {
    return until(`${id} is ${status}`, async () => {
      const now = await this.rollout(id);
      if (now.status !== status && now.completedAt !== null) throw new Error(`${id} ended ${now.status} before it was ${status}`);
      return now.status === status ? now : null;
    });
  }

  /** Waits until a target of the rollout is in this status; one that is being verified has been switched a moment ago. */
  targetReaches(id: string, status: RolloutTarget["status"], instance?: string): Promise<RolloutTarget> {
    return until(`a target of ${id} is ${status}`, async () =>
      (await this.targets(id)).find(
        (target) =>
          (target.status === status || (status === "switching" && target.status === "verifying")) &&
          (instance === undefined || target.instanceId === instance),
      ),
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; ${await this.standing(id)}`);
    });
  }

  /** How it stands, for whoever waited for something else. */
  private async standing(id: string): Promise<string> {
    const { status, statusReason, waitingFor } = await this.rollout(id);
    const targets = (await this.targets(id)).map((target) => [target.instanceId, target.status, target.failure]);
    return `${id} is ${JSON.stringify({ status, statusReason, waitingFor, targets })}; ${this.fleet.problems.join("; ")}`;
  }
}
