/** What every way to run programs over SSH must do, against a real server: run by the test of each. */
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SshVia } from "../../ports";
import type { SshChannel } from "../ssh/ssh-channel";
import { PackageServer } from "./package-server";
import { serverPackage } from "./packages";
import { sshHost, TestServer } from "./ssh-host";
import { describeTransport } from "./transport-suite";

export function describeSsh(via: SshVia): void {
  let server: TestServer;
  let channel: SshChannel;
  beforeAll(async () => {
    server = await TestServer.open({ via });
    channel = server.channel();
  });
  afterAll(async () => {
    await channel.close();
    await server.dispose();
  });

  describeTransport(`ssh (${via})`, () => sshHost(server));

  describe(`the SSH channel (${via})`, () => {
    it("takes an exit code as a value and arguments as they are", async () => {
      const hostile = "$HOME;'\n\"`id`\\";
      const output = await channel.run(server.host("/"), {
        argv: ["sh", "-c", 'cat; printf "%s" "$1"; echo complaint >&2; exit 3', "sh", hostile],
        stdin: "in ",
      });
      expect(output).toEqual({ code: 3, stdout: `in ${hostile}`, stderr: "complaint\n" });
    });

    it("uses one connection for everything", async () => {
      const clients = Array.from({ length: 20 }, () =>
        channel.run(server.host("/"), { argv: ["sh", "-c", 'echo "$SSH_CONNECTION"'] }),
      );
      const from = new Set((await Promise.all(clients)).map(({ stdout }) => stdout));
      expect(from.size).toBe(1);
    });

    it("rejects as unreachable: killed, out of time, given up", async () => {
      const host = server.host("/");
      const unreachable = { name: "HostUnreachable", host: "web-1" };
      await expect(channel.run(host, { argv: ["sh", "-c", "kill -9 $$"] })).rejects.toMatchObject(unreachable);
      await expect(channel.run(host, { argv: ["sleep", "60"] }, { timeoutMs: 50 })).rejects.toMatchObject(unreachable);
      await expect(channel.run(host, { argv: ["sleep", "60"] }, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject(
        unreachable,
      );
      await expect(channel.run(host, { argv: ["true"] }, { signal: AbortSignal.abort() })).rejects.toMatchObject(unreachable);
      expect(await channel.run(host, { argv: ["no-such-program-here"] })).toMatchObject({ code: 127 });
    });

    it("survives a program that does not read its stdin", async () => {
      const endless = Readable.from(Array.from({ length: 200 }, () => Buffer.alloc(65536)));
      expect(await channel.run(server.host("/"), { argv: ["true"], stdin: endless })).toMatchObject({ code: 0 });
    });

    it("hands on why the bytes could not be had", async () => {
      async function* breaks(): AsyncGenerator<Buffer> {
        yield Buffer.from("x");
        throw new Error("the store is away");
      }
      await expect(channel.run(server.host("/"), { argv: ["cat"], stdin: Readable.from(breaks()) })).rejects.toThrow(
        "the store is away",
      );
    });

    it("carries more than a window of bytes both ways", async () => {
      const bytes = "0123456789abcdef".repeat(512 * 1024);
      const { stdout } = await channel.run(server.host("/"), { argv: ["cat"], stdin: bytes });
      expect(stdout === bytes).toBe(true);
    });
  });

  describe("a server that takes few sessions", () => {
    it("is asked for no more than it takes", async () => {
      const strict = await TestServer.open({ via, maxSessions: 2 });
      const few = strict.channel();
      try {
        const asked = Array.from({ length: 12 }, (_, at) =>
          few.run(strict.host("/"), { argv: ["sh", "-c", `sleep 0.1; echo ${at}`] }),
        );
        expect((await Promise.all(asked)).map(({ stdout }) => stdout.trim())).toEqual(asked.map((_, at) => String(at)));
      } finally {
        await few.close();
        await strict.dispose();
      }
    });

    it("is told from one that takes none", async () => {
      const shut = await TestServer.open({ via, maxSessions: 0 });
      const none = shut.channel();
      try {
        await expect(none.run(shut.host("/"), { argv: ["true"] })).rejects.toMatchObject({
          name: "HostUnreachable",
          reason: "shell_refuses",
        });
      } finally {
        await none.close();
        await shut.dispose();
      }
    });
  });

  describe("a server that goes away", () => {
    it("holds nobody up beyond the call's time when it only stands still", async () => {
      const own = await TestServer.open({ via });
      const to = own.channel();
      try {
        const host = own.host("/");
        await to.run(host, { argv: ["true"] });
        const goOn = await own.freeze();
        const asked = to.run(host, { argv: ["true"] }, { timeoutMs: 300 }).catch((error: unknown) => error);
        expect(await asked).toMatchObject({ name: "HostUnreachable", reason: "no answer within 300 ms" });
        goOn();
        expect(await to.run(host, { argv: ["echo", "on"] })).toMatchObject({ code: 0, stdout: "on\n" });
      } finally {
        await to.close();
        await own.dispose();
      }
    });

    it("leaves the outcome unknown, and is used again when it is back", async () => {
      const own = await TestServer.open({ via });
      const to = own.channel();
      try {
        const host = own.host("/");
        const running = to.run(host, { argv: ["sh", "-c", "sleep 60"] }).catch((error: unknown) => error);
        await to.run(host, { argv: ["true"] });
        await own.stop();
        expect(await running).toMatchObject({ name: "HostUnreachable", reason: "connection_lost" });
        expect(await to.run(host, { argv: ["true"] }).catch((error: unknown) => error)).toMatchObject({ reason: "port_closed" });
        await own.start();
        await expect
          .poll(
            () =>
              to.run(host, { argv: ["echo", "back"] }).then(
                ({ stdout }) => stdout,
                () => "",
              ),
            { timeout: 20_000 },
          )
          .toBe("back\n");
      } finally {
        await to.close();
        await own.dispose();
      }
    });

    it("does not end what a host fetches by itself: it arrives, and is not brought twice", async () => {
      const own = await TestServer.open({ via });
      const on = await sshHost(own);
      const archive = await serverPackage("good", `cut ${via}`);
      const packages = await PackageServer.open(archive.bytes, { holdAfter: 300 });
      try {
        const delivery = { address: async () => packages.url, bytesPerS: null, background: true };
        const open = () => Promise.reject(new Error("nothing was to be sent"));
        const stage = () => on.transport.stage(on.host, archive, open, { delivery }).catch((error: unknown) => error);
        const first = stage();
        await expect.poll(() => packages.holds, { timeout: 20_000 }).toBe(true);
        await own.stop();
        expect(await first).toMatchObject({ name: "HostUnreachable", reason: "connection_lost" });
        packages.goOn();
        await own.start();
        await expect.poll(stage, { timeout: 20_000 }).toEqual({ kind: "staged", moved: false });
        expect(packages.asked).toEqual([null]);
      } finally {
        await packages.close();
        await on.dispose();
        await own.dispose();
      }
    });

    it("and comes back with another key is refused, until a person accepts it", async () => {
      const own = await TestServer.open({ via });
      const to = own.channel();
      try {
        const before = own.host("/");
        await to.run(before, { argv: ["true"] });
        await own.stop();
        await own.start({ newKey: true });
        expect(await to.run(before, { argv: ["true"] }).catch((error: unknown) => error)).toMatchObject({
          reason: "host_key_changed",
        });
        expect(await to.run(own.host("/"), { argv: ["true"] })).toMatchObject({ code: 0 });
      } finally {
        await to.close();
        await own.dispose();
      }
    });
  });
}
