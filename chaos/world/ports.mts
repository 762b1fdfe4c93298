import { createServer } from "node:net";

/** Below what Linux hands out for outgoing connections: what is away for a moment finds its port still free. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * So many neighbouring ports of this machine that nobody listens on now.
 * @throws Error when there are none.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const blocks = Math.floor((HIGHEST - LOWEST) / count);
  const first = process.pid % blocks;
  for (let tried = 0; tried < blocks; tried += 1) {
    const from = LOWEST + ((first + tried) % blocks) * count;
    const ports = Array.from({ length: count }, (_, at) => from + at);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
  throw new Error("there are no free ports");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
