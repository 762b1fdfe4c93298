import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Relay } from "./relay";

it("brings bytes late, and in their order however busy the process is", async () => {
  const came: Buffer[] = [];
  const server = createServer((socket: Socket) => socket.on("data", (chunk) => came.push(chunk)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  if (at === null || typeof at !== "object") throw new Error("no port");
  const relay = await Relay.open({ to: { address: "127.0.0.1", port: at.port }, delayMs: 40, bitsPerSecond: 2_000_000 });
  const socket = connect({ host: "127.0.0.1", port: relay.port, noDelay: true });
  await once(socket, "connect");
  const sent: Buffer[] = [];
  for (let number = 0; number < 120; number += 1) {
    const chunk = Buffer.from(`${number} ${"x".repeat(number % 7 === 0 ? 4000 : 1)}\n`);
    sent.push(chunk);
    socket.write(chunk);
    await sleep(number % 4 === 0 ? 8 : 1);
    if (number % 10 === 0) busyFor(80);
  }
  const bytes = Buffer.concat(sent);
  await expect.poll(() => came.reduce((sum, chunk) => sum + chunk.length, 0), { timeout: 10_000 }).toBe(bytes.length);
  expect(Buffer.concat(came).equals(bytes)).toBe(true);
  socket.destroy();
  await relay.close();
  await new Promise((resolve) => server.close(resolve));
});

function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
