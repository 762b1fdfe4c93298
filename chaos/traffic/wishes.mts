/** Carries wishes out through the HTTP API, and notes what was asked and answered. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { INSTANCES } from "../plan/fleet.mjs";
import { pickAt } from "../plan/random.mjs";
import type { Sending, Wish } from "../plan/requests.mjs";
import type { World } from "../world/world.mjs";
import type { Answer, Client } from "./client.mjs";
import { settingsOf } from "./fleet.mjs";

const run = promisify(execFile);
const HAND_WITHIN_MS = 30_000;

/** One request for a rollout, as often as it was sent, and the other request that was sent under its id. */
export interface Asked {
  readonly kind: "deploy" | "rollback" | "take_back" | "restart" | "retry";
  readonly id: string;
  readonly answers: readonly Answer[];
  readonly clashing: readonly Answer[];
}

const liveRollouts = z.object({
  items: z.array(z.object({ id: z.string(), allowed_actions: z.array(z.string()), gate: z.number().nullable() })),
});

export class Traffic {
  readonly asked: Asked[] = [];
  /** Instances that somebody has gone back on by hand. */
  readonly byHand = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly client: Client,
  ) {}

  async wish(wish: Wish): Promise<void> {
    const { shelf } = this.world;
    switch (wish.wish) {
      case "deploy": {
        const payload = {
          deploy_id: wish.id,
          service: wish.service,
          version: wish.version,
          instances: wish.instances,
          package_url: shelf.urlOf(wish.service, wish.version, wish.packageFault === "none" ? "none" : wish.packageFault),
          strategy: wish.strategy,
          ...(wish.packageFault === "lies" ? { package_sha256: shelf.digestOf(wish.service, wish.version) } : {}),
        };
        return this.#send(wish.wish, wish.id, "/deployments", payload, wish.sending);
      }
      case "rollback": {
        const payload = {
          rollback_id: wish.id,
          service: wish.service,
          target_version: wish.version,
          instances: wish.instances,
          package_url: shelf.urlOf(wish.service, wish.version),
          strategy: wish.strategy,
        };
        return this.#send(wish.wish, wish.id, "/rollbacks", payload, wish.sending);
      }
      case "take_back": {
        const takes_back = wish.at === null ? undefined : await this.#liveDeployment(wish.service, wish.at);
        const payload = { rollback_id: wish.id, takes_back, hold: wish.hold, strategy: { grace_seconds: wish.graceSeconds } };
        return this.#send(wish.wish, wish.id, `/services/${wish.service}/rollback`, payload, wish.sending);
      }
      case "restart": {
        const payload = { deploy_id: wish.id, instances: wish.instances, strategy: { preset: "rolling", bake_seconds: 0 } };
        return this.#send(wish.wish, wish.id, `/services/${wish.service}/restart`, payload, wish.sending);
      }
      case "act":
        return this.#act(wish);
      case "settings":
        await this.client.ask("PUT", `/services/${wish.service}`, { settings: settingsOf(wish.mark) });
        return;
      case "release":
        await this.client.ask("DELETE", `/services/${wish.service}/hold`);
        return;
      case "by_hand":
        return this.#byHand(wish.instance);
      default:
        return wish satisfies never;
    }
  }

  /** The same request several times at once, and perhaps another one under the same id. */
  async #send(kind: Asked["kind"], id: string, where: string, payload: object, { times, clash }: Sending): Promise<void> {
    const other = { ...payload, reason: "another request under the same id" };
    const answers = Array.from({ length: times }, (_, at) => this.client.ask("POST", where, payload, at));
    const clashing = clash ? [this.client.ask("POST", where, other, 1)] : [];
    this.asked.push({ kind, id, answers: await settled(answers), clashing: await settled(clashing) });
  }

  async #liveDeployment(service: string, at: number): Promise<string | undefined> {
    const found = await this.client.ask("GET", `/rollouts?service=${service}&kind=deployment&status=live&limit=100`);
    const items = liveRollouts.safeParse(found?.body).data?.items ?? [];
    return items.length === 0 ? undefined : pickAt(items, at).id;
  }

  async #act({ action, at, id }: Extract<Wish, { wish: "act" }>): Promise<void> {
    const again = action === "retry" && at < 0.5;
    const found = await this.client.ask("GET", again ? "/rollouts?status=failed&limit=20" : "/rollouts?status=live&limit=100");
    const items = liveRollouts.safeParse(found?.body).data?.items ?? [];
    const fitting = items.filter((rollout) => rollout.allowed_actions.includes(action));
    const candidates = fitting.length > 0 ? fitting : items;
    if (candidates.length === 0) return;
    const rollout = pickAt(candidates, at);
    const payload = { action, ...(action === "promote" ? { wave: rollout.gate ?? 1 } : {}), ...(again ? { id } : {}) };
    const answer = await this.client.ask("POST", `/rollouts/${rollout.id}/actions`, payload);
    if (again && answer !== null) this.asked.push({ kind: "retry", id, answers: [answer], clashing: [] });
  }

  /** As a person does who has a shell on the host and no console. A version to go back to may be missing. */
  async #byHand(instance: string): Promise<void> {
    const host = INSTANCES.find(({ id }) => id === instance)?.host;
    if (host === undefined) return;
    this.byHand.add(instance);
    const program = path.join(this.world.hosts.root(host), "bin", "host.sh");
    const said = await run("sh", [program, "rollback", instance], { timeout: HAND_WITHIN_MS }).then(
      ({ stdout }) => stdout,
      (error: unknown) => String(error),
    );
    this.world.log.write("by hand", { instance, said });
  }
}

async function settled(asked: readonly Promise<Answer | null>[]): Promise<readonly Answer[]> {
  return (await Promise.all(asked)).filter((answer) => answer !== null);
}
