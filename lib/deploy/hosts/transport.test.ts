import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { type HostRef, HostUnreachable } from "../ports";
import { parseAnswer } from "./answer";
import type { Channel, HostCommand, HostOutput } from "./channel";
import { LocalChannel } from "./local-channel";
import { HostTransport } from "./transport";

const HOST: HostRef = { name: "one", kind: "local", address: "127.0.0.1", root: "/srv/one" };
const SHA = "b".repeat(64);
const WHOLE = [
  "slipway-answer 1",
  `release ${SHA}`,
  "instance web",
  "generation 4",
  "active 000002.tx2",
  "verified 000001.tx1",
  "process 12 1700000000000",
  "answers yes",
  "entry 000001.tx1",
  "j slipway-journal 1 .",
  `j begun 1700000000000 tx1 3 deployment ${SHA} 1 1.0 - .`,
  "j done 1700000001000 .",
  "entry 000002.tx2",
  "j slipway-journal 1 .",
  `j begun 1700000002000 tx2 4 hand ${SHA} 2 2%2F0 000001.tx1 .`,
  "j reverting 1700000003000 exited ended with status 137 .",
  "j reverted 1700000004000 exited ended with status 137 .",
  "evidence 000002.tx2",
  "e exit 137",
  "e health 1700000002500 0 503 from /healthz",
  "e log   two  blanks stay",
  "e log ",
  "end",
  "",
].join("\n");

/** A host whose program says just this. */
class SayingChannel implements Channel {
  readonly commands: HostCommand[] = [];
  constructor(private readonly said: Partial<HostOutput>) {}
  async run(_host: HostRef, command: HostCommand): Promise<HostOutput> {
    this.commands.push(command);
    return { code: 0, stdout: "", stderr: "", ...this.said };
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const asking = (said: Partial<HostOutput>) => new HostTransport(new SayingChannel(said), { name: "host-x.sh", text: "" });

describe("an answer", () => {
  it("is read to the last field", async () => {
    const [report] = await asking({ stdout: WHOLE }).inspect(HOST, ["web"]);
    expect(report).toMatchObject({
      generation: 4,
      current: { version: "2/0", revision: 2 },
      verified: { version: "1.0" },
      process: { pid: 12, startedAt: new Date(1700000000000) },
      answers: true,
      openTx: null,
      releases: [SHA],
    });
    expect(report?.journal[1]).toEqual({
      tx: "tx2",
      generation: 4,
      mode: "hand",
      outcome: "reverted",
      release: { sha256: SHA, version: "2/0", revision: 2 },
      previous: { sha256: SHA, version: "1.0", revision: 1 },
      code: "exited",
      detail: "ended with status 137",
      evidence: {
        exitCode: null,
        signal: "SIGKILL",
        health: [{ at: "2023-11-14T22:13:22.500Z", healthy: false, detail: "503 from /healthz" }],
        log: ["  two  blanks stay", ""],
      },
      startedAt: new Date(1700000002000),
      endedAt: new Date(1700000004000),
    });
  });

  it("that was cut off anywhere is no answer", async () => {
    for (let length = 0; length < WHOLE.length; length += 1) {
      expect(() => parseAnswer(WHOLE.slice(0, length))).toThrow("answer");
    }
    await expect(asking({ stdout: WHOLE.slice(0, -5) }).inspect(HOST, ["web"])).rejects.toMatchObject({
      name: "HostUnreachable",
      host: "one",
      reason: "the answer was cut off",
    });
  });

  it("with a line, a number or a code that nobody knows is no answer", () => {
    const impossible = ["process 4294967296 1700000000000", "process 12 999999999999999", "restarts 4294967296"];
    for (const line of ["surprise", "generation many", "answers maybe", "process 1", ...impossible]) {
      expect(() => parseAnswer(`slipway-answer 1\ninstance web\n${line}\nend\n`)).toThrow();
    }
    expect(() => parseAnswer("slipway-answer 1\nrefused because\nend\n")).toThrow("no such code");
    expect(() => parseAnswer("slipway-answer 2\nend\n")).toThrow("known format");
  });

  it("whose journal has a revision or a time that could not be stored is no answer", async () => {
    const begun = `begun 1700000002000 tx2 4 hand ${SHA} 2 `;
    for (const other of [`begun 1700000002000 tx2 4 hand ${SHA} 4294967296 `, `begun 999999999999999 tx2 4 hand ${SHA} 2 `]) {
      expect(WHOLE).toContain(begun);
      await expect(asking({ stdout: WHOLE.replace(begun, other) }).inspect(HOST, ["web"])).rejects.toThrow("not a number");
    }
  });

  it("hands on what the host complained about when there is none", async () => {
    await expect(asking({ code: 64, stderr: "host.sh: not a digest: x\n" }).prune(HOST, ["x"])).rejects.toThrow(
      "not a digest: x",
    );
  });

  it("tells of what a host says nothing that cannot be stored or that a terminal would obey, and not without end", async () => {
    const noise = `${"x".repeat(399)}\u0000\u001b[2J${"👋".repeat(400)}`;
    const error = await asking({ code: 64, stderr: noise })
      .prune(HOST, ["x"])
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    const reason = error instanceof HostUnreachable ? error.reason : "";
    expect(reason).toContain("xx\ufffd\ufffd[2J👋");
    expect(reason.length).toBeLessThanOrEqual(500);
    expect(Buffer.from(reason).toString()).toBe(reason);
  });
});

describe("the local channel", () => {
  const channel = new LocalChannel();

  it("takes an exit code as a value and arguments as they are", async () => {
    const output = await channel.run(HOST, {
      argv: ["sh", "-c", 'cat; printf "%s" "$1"; exit 3', "sh", "$HOME;'\n"],
      stdin: "in ",
    });
    expect(output).toEqual({ code: 3, stdout: "in $HOME;'\n", stderr: "" });
  });

  it("rejects as unreachable: no such program, killed, out of time, given up", async () => {
    const unreachable = { name: "HostUnreachable" };
    await expect(channel.run(HOST, { argv: ["no-such-program-here"] })).rejects.toMatchObject(unreachable);
    await expect(channel.run(HOST, { argv: ["sh", "-c", "kill -9 $$"] })).rejects.toMatchObject(unreachable);
    await expect(channel.run(HOST, { argv: ["sleep", "60"] }, { timeoutMs: 50 })).rejects.toMatchObject(unreachable);
    await expect(channel.run(HOST, { argv: ["sleep", "60"] }, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject(
      unreachable,
    );
    await expect(channel.run(HOST, { argv: ["true"] }, { signal: AbortSignal.abort() })).rejects.toMatchObject(unreachable);
  });

  it("hides the console's environment", async () => {
    process.env.DATABASE_URL = "postgresql://secret";
    const { stdout } = await channel.run(HOST, { argv: ["env"] });
    delete process.env.DATABASE_URL;
    expect(stdout).not.toContain("secret");
  });

  it("survives a program that does not read its stdin", async () => {
    const endless = Readable.from(Array.from({ length: 200 }, () => Buffer.alloc(65536)));
    expect(await channel.run(HOST, { argv: ["true"], stdin: endless })).toMatchObject({ code: 0 });
  });
});
