import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHealth } from "./probe";

let monotonic = 0;
const clock = { now: () => new Date("2026-01-02T03:04:05Z"), monotonicMs: () => (monotonic += 7) };
const health = createHealth(clock);
const check = { kind: "http", path: "/healthz", status: 200 } as const;

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanUp.splice(0)) close();
});

function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new Promise((resolve) =>
    server.listen(0, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("the server has no port");
      resolve(address.port);
    }),
  );
}

const http = (listener: RequestListener) => listen(createHttpServer(listener));
const tcp = (onConnection: (socket: Socket) => void) => listen(createServer(onConnection));
const ask = (port: number, timeoutMs = 2000) => health.probe({ address: "127.0.0.1", port, check }, { timeoutMs });

async function closedPort(): Promise<number> {
  const port = await http(() => undefined);
  await new Promise<void>((resolve) => setImmediate(resolve));
  cleanUp.pop()?.();
  await new Promise<void>((resolve) => setImmediate(resolve));
  return port;
}

describe("an http question", () => {
  it("is healthy with the expected status, and tells latency by the monotonic clock and the time", async () => {
    const port = await http((request, response) => {
      response.writeHead(request.url === "/healthz" && request.headers.connection === "close" ? 200 : 500).end("ok");
    });
    expect(await ask(port)).toEqual({
      healthy: true,
      latencyMs: 7,
      checkedAt: new Date("2026-01-02T03:04:05Z"),
      detail: { code: "status", status: 200, path: "/healthz" },
    });
  });

  it.each([204, 302, 404, 503])("is unhealthy with status %d where 200 is expected, and follows no redirect", async (status) => {
    let asked = 0;
    const port = await http((_request, response) => {
      asked += 1;
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
    expect(await ask(port)).toMatchObject({ healthy: false, detail: { code: "status", status } });
    expect(asked).toBe(1);
  });

  it("may expect another status", async () => {
    const port = await http((_request, response) => void response.writeHead(204).end());
    const target = { address: "127.0.0.1", port, check: { ...check, status: 204 } };
    expect(await health.probe(target)).toMatchObject({ healthy: true, detail: { status: 204 } });
  });

  it("judges by the status and does not wait for an endless body", async () => {
    let cut: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      cut = resolve;
    });
    const port = await http((_request, response) => {
      response.on("close", cut).writeHead(200);
      response.write("x".repeat(100_000));
    });
    expect(await ask(port)).toMatchObject({ healthy: true });
    await gone;
  });

  it("cuts a body that trickles at the probe's own time", async () => {
    let cut: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      cut = resolve;
    });
    const port = await http((_request, response) => {
      response.on("close", cut).writeHead(200);
      response.write("x");
    });
    expect(await ask(port, 150)).toMatchObject({ healthy: true });
    await gone;
  });

  it("tells a slow instance from a dead one", async () => {
    const port = await http((_request, response) => {
      setTimeout(() => response.writeHead(200).end(), 100);
    });
    expect(await ask(port)).toMatchObject({ healthy: true });
    expect(await ask(port, 20)).toMatchObject({ healthy: false, detail: { code: "timeout", status: null } });
  });

  it.each([
    ["refuses", closedPort, "refused"],
    ["accepts and says nothing", () => tcp(() => undefined), "timeout"],
    ["resets", () => tcp((socket) => void socket.on("data", () => socket.resetAndDestroy())), "reset"],
    ["hangs up", () => tcp((socket) => void socket.on("data", () => socket.destroy())), "reset"],
    ["speaks something else", () => tcp((socket) => void socket.end("220 mail ready\r\n")), "invalid"],
  ])("never throws for a port that %s", async (_what, make, code) => {
    expect(await ask(await make(), 300)).toMatchObject({ healthy: false, detail: { code, status: null, path: "/healthz" } });
  });

  it("never throws for an address without a way, or a path that is none", async () => {
    const name = { address: "no-such-name.invalid", port: 80, check };
    expect(await health.probe(name)).toMatchObject({ healthy: false, detail: { code: "unreachable" } });
    const path = { address: "127.0.0.1", port: 80, check: { ...check, path: "/a b" } };
    expect(await health.probe(path)).toMatchObject({ healthy: false, detail: { code: "invalid" } });
  });

  it("throws the caller's reason when the caller gives up", async () => {
    const port = await tcp(() => undefined);
    const caller = new AbortController();
    const reason = new Error("shutting down");
    const asking = health.probe({ address: "127.0.0.1", port, check }, { signal: caller.signal });
    setTimeout(() => caller.abort(reason), 20);
    await expect(asking).rejects.toBe(reason);
    await expect(health.probe({ address: "127.0.0.1", port, check }, { signal: caller.signal })).rejects.toBe(reason);
  });
});

describe("a tcp question", () => {
  const target = (port: number) => ({ address: "127.0.0.1", port, check: { kind: "tcp" } as const });

  it("is healthy when a connection is accepted", async () => {
    const port = await tcp(() => undefined);
    expect(await health.probe(target(port))).toMatchObject({
      healthy: true,
      latencyMs: 7,
      detail: { code: "connected", path: null },
    });
  });

  it("is unhealthy when none is", async () => {
    expect(await health.probe(target(await closedPort()))).toMatchObject({ healthy: false, detail: { code: "refused" } });
    const name = { address: "no-such-name.invalid", port: 80, check: { kind: "tcp" } as const };
    expect(await health.probe(name)).toMatchObject({ healthy: false, detail: { code: "unreachable" } });
  });

  it("throws the caller's reason when the caller gives up", async () => {
    await expect(health.probe(target(1), { signal: AbortSignal.abort("over") })).rejects.toBe("over");
  });
});

describe("a command question", () => {
  it("cannot be asked from here", async () => {
    expect(await health.probe({ address: "127.0.0.1", port: 1, check: { kind: "command", argv: ["true"] } })).toBeNull();
  });
});
