import { createServer } from "node:net";

/** A port of this address that nobody listens on now. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => (bound !== null && typeof bound === "object" ? resolve(bound.port) : reject(new Error("no free port"))));
    });
  });
}
