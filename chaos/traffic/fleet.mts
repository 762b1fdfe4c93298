/** Makes the fleet known to the console, and brings the first version up everywhere. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { FIRST_VERSION, HOSTS, INSTANCES, SERVICES, START_DEADLINE_S } from "../plan/fleet.mjs";
import type { World } from "../world/world.mjs";
import type { Client } from "./client.mjs";

const FIRST_WITHIN_MS = 60_000;
const ADDRESS = "127.0.0.1";

const ended = z.object({ status: z.string(), completed_at: z.string().nullable(), result: z.unknown() });

export function settingsOf(mark: number): object {
  return {
    start: [process.execPath, "server.mjs"],
    environment: { NODE_ENV: "production", MARK: String(mark) },
    stop_grace_s: 2,
    start_deadline_s: START_DEADLINE_S,
    health: { kind: "http", path: "/healthz", status: 200 },
    version_at: { path: "/version" },
  };
}

export async function introduceFleet(world: World, client: Client): Promise<void> {
  for (const host of HOSTS) {
    await must(client.ask("POST", "/hosts", { name: host, kind: "local", address: ADDRESS, root: world.hosts.root(host) }));
  }
  for (const service of SERVICES) {
    await must(client.ask("POST", "/services", { name: service, settings: settingsOf(0) }));
    const instances = INSTANCES.flatMap((instance, at) =>
      instance.service === service ? [{ instance_id: instance.id, host: instance.host, port: world.instancePorts[at] }] : [],
    );
    await must(client.ask("POST", `/services/${service}/instances`, { instances }));
  }
  await Promise.all(SERVICES.map((service) => firstDeployment(world, client, service)));
}

async function firstDeployment(world: World, client: Client, service: string): Promise<void> {
  const deploy_id = `first-${service}`;
  await must(
    client.ask("POST", "/deployments", {
      deploy_id,
      service,
      version: FIRST_VERSION,
      instances: INSTANCES.filter((instance) => instance.service === service).map(({ id }) => id),
      package_url: world.shelf.urlOf(service, FIRST_VERSION),
      strategy: { preset: "all_at_once" },
    }),
  );
  for (const deadline = performance.now() + FIRST_WITHIN_MS; performance.now() < deadline; await sleep(200)) {
    const { status, completed_at, result } = ended.parse((await must(client.ask("GET", `/rollouts/${deploy_id}`))).body);
    if (completed_at === null) continue;
    if (status === "succeeded") return;
    throw new Error(`${deploy_id} ended ${status}, there is nothing to break yet: ${JSON.stringify(result)}`);
  }
  throw new Error(`${deploy_id} does not end`);
}

async function must<T extends { readonly status: number; readonly body: unknown }>(asked: Promise<T | null>): Promise<T> {
  const answer = await asked;
  if (answer === null || answer.status >= 300) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer;
}
