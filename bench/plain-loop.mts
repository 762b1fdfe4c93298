import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const LOOP = join(import.meta.dirname, "plain-loop.sh");

export interface Place {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Runs `plain-loop.sh` for these places. Throws when it fails. */
export async function plainLoop(args: readonly string[], places: readonly Place[]): Promise<void> {
  const child = spawn("sh", [LOOP, ...args], { stdio: ["pipe", "inherit", "inherit"] });
  child.stdin.end(places.map(({ name, address, port }) => `${name} ${address} ${port}\n`).join(""));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the plain loop ended with ${String(code)}`);
}
