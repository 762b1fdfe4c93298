import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that systems give to outgoing connections. */
const RANGE = 2_000;
/** Of the workers that run side by side each has ports of its own. */
const FIRST = 22_000 + (Number(process.env.TEST_PARALLEL_INDEX ?? 0) % 4) * RANGE;

let next = FIRST + Math.floor(Math.random() * RANGE);

/** Ports of this machine on which nothing listens, never the same one twice. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = next;
    next = next + 1 < FIRST + RANGE ? next + 1 : FIRST;
    if (await isFree(port)) found.push(port);
  }
  return found;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
