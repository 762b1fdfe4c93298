import { describe, expect, it } from "vitest";
import type { HostCommand, HostOutput } from "../channel";
import { HostConnection } from "./connection";
import type { Line, SessionEnd } from "./line";
import { SshTrouble } from "./trouble";

const OUTPUT: HostOutput = { code: 0, stdout: "", stderr: "" };

/** A host that is there or not, and a clock that is set. */
class Host {
  now = 0;
  tries = 0;
  isThere = false;
  /** How the next sessions end, where it is not well. */
  readonly ends: SessionEnd[] = [];
  private hanging: Promise<void> | null = null;
  private gone: () => void = () => undefined;
  private readonly connection = new HostConnection({
    open: () => this.open(),
    now: () => this.now,
    login: { host: "web-1", user: "deploy" },
    onIdle: () => undefined,
  });

  /** What is tried from now on has no answer before this is called. */
  hang(): () => void {
    let answer: () => void = () => undefined;
    this.hanging = new Promise((resolve) => {
      answer = resolve;
    });
    return () => {
      this.hanging = null;
      answer();
    };
  }

  ask(command: Partial<HostCommand> = {}): Promise<HostOutput | string> {
    const never = new AbortController().signal;
    return this.connection
      .run({ argv: ["true"], ...command }, never)
      .catch((error: unknown) => (error instanceof SshTrouble ? error.code : String(error)));
  }

  private async open(): Promise<Line> {
    this.tries += 1;
    await this.hanging;
    if (!this.isThere) throw new SshTrouble("no_reply", { host: "web-1" });
    return {
      run: async () => {
        const end = this.ends.shift() ?? OUTPUT;
        if (end === "not_connected") this.gone();
        return end;
      },
      onGone: (then) => {
        this.gone = then;
      },
      close: async () => undefined,
    };
  }
}

describe("a host that is gone", () => {
  it("is tried again after a quarter of a second, then twice as long each time, at most two seconds, each a quarter more or less", async () => {
    const host = new Host();
    for (const wait of [250, 500, 1000, 2000, 2000, 2000]) {
      const tries = host.tries;
      expect(await host.ask()).toBe("no_reply");
      expect(host.tries).toBe(tries + 1);
      host.now += wait * 0.74;
      await host.ask();
      expect(host.tries).toBe(tries + 1);
      host.now += wait * 0.52;
    }
  });

  it("keeps nobody waiting in between: everybody hears at once what was found out last", async () => {
    const host = new Host();
    expect(await host.ask()).toBe("no_reply");
    const answered = host.hang();
    expect(await Promise.all(Array.from({ length: 50 }, () => host.ask()))).toEqual(Array.from({ length: 50 }, () => "no_reply"));
    expect(host.tries).toBe(1);
    answered();
  });

  it("is tried once for all who ask at the same time", async () => {
    const host = new Host();
    const answered = host.hang();
    const asked = Array.from({ length: 8 }, () => host.ask());
    await new Promise((resolve) => setImmediate(resolve));
    answered();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["no_reply"]));
    expect(host.tries).toBe(1);
  });

  it("is reached by whoever asks for as long as a deployment does, however long it was away", async () => {
    const host = new Host();
    for (let round = 0; round < 12; round += 1) {
      await host.ask();
      host.now += 60_000;
    }
    await host.ask();
    host.isThere = true;
    const heard: unknown[] = [];
    for (const wait of [0, 500, 1000, 2000]) {
      host.now += wait;
      heard.push(await host.ask());
    }
    expect(heard.at(-1)).toEqual(OUTPUT);
  });

  it("begins anew with a quarter of a second once it has been there", async () => {
    const host = new Host();
    for (let round = 0; round < 4; round += 1) {
      await host.ask();
      host.now += 20_000;
    }
    host.isThere = true;
    expect(await host.ask()).toEqual(OUTPUT);
    host.isThere = false;
    host.ends.push("not_connected");
    expect(await host.ask()).toBe("no_reply");
    const { tries } = host;
    host.now += 250 * 1.26;
    await host.ask();
    expect(host.tries).toBe(tries + 1);
  });
});

describe("a connection that was lost while nobody looked", () => {
  it("is made again for who asks, who does not notice", async () => {
    const host = new Host();
    host.isThere = true;
    expect(await host.ask()).toEqual(OUTPUT);
    host.ends.push("not_connected");
    expect(await host.ask()).toEqual(OUTPUT);
    expect(host.tries).toBe(2);
  });
});

describe("a command that waits behind others", () => {
  it("is told when its turn comes", async () => {
    const host = new Host();
    host.isThere = true;
    const answered = host.hang();
    const turns: number[] = [];
    const changes = Array.from({ length: 7 }, (_, number) => host.ask({ lasting: true, onTurn: () => turns.push(number) }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(turns).toEqual([0, 1, 2, 3, 4, 5]);
    answered();
    await Promise.all(changes);
    expect(turns).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe("a server that takes no session", () => {
  it("is asked once more where it may still count one that ended a moment ago", async () => {
    const host = new Host();
    host.isThere = true;
    host.ends.push("too_many_sessions");
    expect(await host.ask()).toEqual(OUTPUT);
  });

  it("is a trouble, not a question without end", async () => {
    const host = new Host();
    host.isThere = true;
    host.ends.push(...Array.from({ length: 100 }, () => "too_many_sessions" as const));
    expect(await host.ask()).toBe("shell_refuses");
    expect(host.ends.length).toBeGreaterThan(90);
  });
});
