import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ask } from "./ask";
import { withDefaults } from "./options";
import { tarGz, zip } from "./testing/archives";
import { closedPort, type LoopbackServer, serve } from "./testing/loopback-server";

const archive = await tarGz({ name: "server.mjs", body: "x".repeat(3000) });
const options = withDefaults({ allowPrivate: false, allowLoopback: true, spoolFolder: "", cache: null, maxBytes: 1_000_000 });
const why = (reason: string, more: object = {}) =>
  expect.objectContaining({ code: "invalid_package_url", params: expect.objectContaining({ why: reason, ...more }) });

const open: LoopbackServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serving(listener: RequestListener): Promise<LoopbackServer> {
  const server = await serve(listener);
  open.push(server);
  return server;
}

/** A server that honours HEAD and ranges, as most do. */
const honest =
  (bytes: Buffer): RequestListener =>
  (request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    if (range === null) {
      response.writeHead(200, { "content-length": bytes.length });
      return void response.end(request.method === "HEAD" ? undefined : bytes);
    }
    const part = bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    response.writeHead(206, { "content-length": part.length, "content-range": `bytes 0-${part.length - 1}/${bytes.length}` });
    response.end(part);
  };

describe("asking a package URL", () => {
  it("tells size and type, having asked HEAD and four bytes", async () => {
    const server = await serving(honest(archive));
    expect(await ask(`${server.origin}/a.tar.gz`, options)).toEqual({
      url: `${server.origin}/a.tar.gz`,
      size: archive.length,
      kind: "tar.gz",
    });
    expect(server.requests.map(({ method, headers }) => [method, headers.range])).toEqual([
      ["HEAD", undefined],
      ["GET", "bytes=0-3"],
    ]);
  });

  it("tells a zip by its content, whatever it is called", async () => {
    const server = await serving(honest(zip({ name: "a", body: "x" })));
    expect(await ask(`${server.origin}/a.tar.gz`, options)).toMatchObject({ kind: "zip" });
  });

  it.each([403, 404, 405, 500, 501])("where HEAD is answered %d the ranged GET decides", async (status) => {
    const server = await serving((request, response) => {
      if (request.method === "HEAD") return void response.writeHead(status).end();
      honest(archive)(request, response);
    });
    expect(await ask(server.origin, options)).toMatchObject({ size: archive.length, kind: "tar.gz" });
  });

  it("where HEAD is cut the ranged GET decides", async () => {
    const server = await serving((request, response) => {
      if (request.method === "HEAD") return void request.socket.destroy();
      honest(archive)(request, response);
    });
    expect(await ask(server.origin, options)).toMatchObject({ size: archive.length });
  });

  it("reads no further than it must from a server that ignores the range", async () => {
    let closed: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const server = await serving((request, response) => {
      response.writeHead(200, request.method === "HEAD" ? {} : { "content-type": "application/gzip" });
      if (request.method === "HEAD") return void response.end();
      // Never ends: whoever wants all of it would wait for ever.
      response.write(archive);
      response.on("close", closed);
    });
    expect(await ask(server.origin, options)).toEqual({ url: `${server.origin}/`, size: null, kind: "tar.gz" });
    await left;
  });

  it("follows redirects, on the same rules, and shows where they led without a signature", async () => {
    const server = await serving((request, response) => {
      if (request.url === "/start") return void response.writeHead(302, { location: "/second" }).end();
      if (request.url === "/second") return void response.writeHead(307, { location: "/end?signature=secret" }).end();
      honest(archive)(request, response);
    });
    expect(await ask(`${server.origin}/start`, options)).toMatchObject({ url: `${server.origin}/end?…`, kind: "tar.gz" });
  });

  it("gives up after five redirects", async () => {
    const server = await serving((_request, response) => void response.writeHead(301, { location: "/again" }).end());
    await expect(ask(server.origin, options)).rejects.toThrow(why("redirects", { limit: 5 }));
    expect(server.requests).toHaveLength(6);
  });

  it.each([
    ["http://169.254.169.254/latest/meta-data", "address_refused"],
    ["http://10.0.0.1/a", "address_refused"],
    ["file:///etc/passwd", "scheme"],
    ["http://me:secret@packages.example/", "credentials"],
  ])("does not follow one to %s", async (location, reason) => {
    const server = await serving((_request, response) => void response.writeHead(302, { location }).end());
    await expect(ask(server.origin, options)).rejects.toThrow(why(reason));
  });

  it("does not follow one that says nowhere", async () => {
    const server = await serving((_request, response) => void response.writeHead(302).end());
    await expect(ask(server.origin, options)).rejects.toThrow(why("status", { status: 302 }));
  });

  it.each([401, 404, 410, 500])("status %d is told", async (status) => {
    const server = await serving((_request, response) => void response.writeHead(status).end());
    await expect(ask(`${server.origin}/a?token=secret`, options)).rejects.toThrow(
      why("status", { status, url: `${server.origin}/a?…` }),
    );
  });

  it("refuses ten declared gigabytes before it asks for a byte", async () => {
    const size = 10 * 1024 ** 3;
    const server = await serving((_request, response) => void response.writeHead(200, { "content-length": size }).end());
    await expect(ask(server.origin, options)).rejects.toThrow(
      expect.objectContaining({ code: "package_too_large", params: { size, limit: 1_000_000 } }),
    );
    expect(server.requests).toHaveLength(1);
  });

  it("refuses a size that only the range tells", async () => {
    const server = await serving((request, response) => {
      if (request.method === "HEAD") return void response.writeHead(405).end();
      response.writeHead(206, { "content-range": "bytes 0-3/99999999999" }).end("PK\u0003\u0004");
    });
    await expect(ask(server.origin, options)).rejects.toThrow(expect.objectContaining({ code: "package_too_large" }));
  });

  it.each([
    ["an empty body", (): RequestListener => honest(Buffer.alloc(0)), "empty"],
    ["a page", (): RequestListener => honest(Buffer.from("<!doctype html>")), "not_an_archive"],
    ["fewer bytes than any archive has", (): RequestListener => honest(Buffer.from([0x1f])), "not_an_archive"],
    [
      "range not satisfiable",
      (): RequestListener => (request, response) => void response.writeHead(request.method === "HEAD" ? 403 : 416).end(),
      "empty",
    ],
    [
      "another range than was asked",
      (): RequestListener => (_request, response) =>
        void response.writeHead(206, { "content-range": "bytes 9-12/99" }).end("abcd"),
      "bad_answer",
    ],
  ])("refuses %s", async (_what, listener, reason) => {
    const server = await serving(listener());
    await expect(ask(server.origin, options)).rejects.toThrow(why(reason));
  });

  it("refuses what is no HTTP, and a server that hangs up", async () => {
    const server = createServer((socket) => void socket.resume().end("SSH-2.0-OpenSSH_9.2\r\n"));
    const silent = createServer((socket) => void socket.destroy());
    for (const [one, reason] of [
      [server, "bad_answer"],
      [silent, "reset"],
    ] as const) {
      await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
      const address = one.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      await expect(ask(`http://127.0.0.1:${port}/`, options)).rejects.toThrow(why(reason));
      await new Promise((resolve) => one.close(resolve));
    }
  });

  it("tells a port that nothing listens on, and TLS that is none", async () => {
    await expect(ask(`http://127.0.0.1:${await closedPort()}/`, options)).rejects.toThrow(why("connection_refused"));
    const server = await serving(honest(archive));
    await expect(ask(`https://127.0.0.1:${server.port}/`, options)).rejects.toThrow(why("tls"));
  });

  it("gives a silent server no more than its time", async () => {
    const server = await serving(() => undefined);
    await expect(ask(server.origin, { ...options, askTimeoutMs: 200 })).rejects.toThrow(why("timeout"));
  });

  it("counts the whole time, not each step of it", async () => {
    const server = await serving((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: "/again" }).end(), 80);
    });
    await expect(ask(server.origin, { ...options, askTimeoutMs: 250 })).rejects.toThrow(why("timeout"));
  });

  it("judges where a name leads, not how it reads", async () => {
    const server = await serving(honest(archive));
    const named = `http://localhost:${server.port}/`;
    expect(await ask(named, options)).toMatchObject({ kind: "tar.gz" });
    await expect(ask(named, { ...options, allowLoopback: false })).rejects.toThrow(
      why("address_refused", { address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }),
    );
    await expect(ask(server.origin, { ...options, allowLoopback: false })).rejects.toThrow(
      why("address_refused", { address: "127.0.0.1" }),
    );
    expect(server.requests).toHaveLength(2);
  });

  it("tells a name that does not exist", async () => {
    await expect(ask("http://no-such-name.invalid/", options)).rejects.toThrow(why("name_not_found"));
  });
});
