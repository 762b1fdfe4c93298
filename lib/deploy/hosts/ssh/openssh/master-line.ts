import { Readable } from "node:stream";
import type { HostCommand, HostOutput } from "../../channel";
import { commandLine, MARK, splitAtMark } from "../command-line";
import type { Destination, Line, SessionEnd } from "../line";
import { outputOf } from "../session";
import { SshTrouble } from "../trouble";
import { NO_MASTER, sessionArguments } from "./options";

/** What `ssh` itself answers when it cannot say what became of the program. */
const NOT_KNOWN = 255;
const REFUSED = "Session open refused by peer";

export interface MasterParts {
  readonly to: Destination;
  readonly config: readonly string[];
  /** The socket that leads to the connection. */
  readonly control: string;
  /** Runs a program on this machine. */
  readonly run: (command: HostCommand, signal: AbortSignal) => Promise<HostOutput>;
  readonly leave: () => Promise<void>;
}

/** Sessions on a connection of the system's `ssh` that stands in the background. */
export class MasterLine implements Line {
  private gone: () => void = () => undefined;
  private worked = false;

  constructor(private readonly parts: MasterParts) {}

  onGone(then: () => void): void {
    this.gone = then;
  }

  async run({ argv, stdin, onText }: HostCommand, signal: AbortSignal): Promise<SessionEnd> {
    const { to, config, control, run } = this.parts;
    const gate = new Gate();
    const output = await run(
      {
        argv: ["ssh", ...sessionArguments(config, to, control, commandLine(argv))],
        stdin: stdin && gate.hold(stdin),
        onText: (text) => {
          gate.hear(text);
          onText?.(text);
        },
      },
      signal,
    ).finally(() => gate.close());
    const login = { host: to.name, user: to.ssh.user };
    if (output.code !== NOT_KNOWN) {
      this.worked = true;
      const answer = outputOf(login, output.code, output.stdout, output.stderr);
      if (answer instanceof SshTrouble) throw answer;
      return answer;
    }
    if (splitAtMark(output.stdout) !== null) throw new SshTrouble("connection_lost", login);
    // Both mean that the program has not begun.
    if (output.stderr.includes(REFUSED)) return "too_many_sessions";
    if (!output.stderr.includes(NO_MASTER)) throw new SshTrouble("connection_lost", login);
    this.gone();
    // One that has never carried anything would not do so the next time either.
    if (!this.worked) throw new SshTrouble("connection_lost", login);
    return "not_connected";
  }

  close(): Promise<void> {
    return this.parts.leave();
  }
}

/** Keeps a program's stdin until the program has begun: a session that the server refuses must not have taken any of it. */
class Gate {
  private heard = "";
  private open: (begun: boolean) => void = () => undefined;
  private readonly begun = new Promise<boolean>((resolve) => {
    this.open = resolve;
  });

  hear(text: string): void {
    if (this.heard.length > MOST_BEFORE) return;
    this.heard += text;
    if (splitAtMark(this.heard) !== null) this.open(true);
  }

  close(): void {
    this.open(false);
  }

  hold(stdin: string | Readable): Readable {
    const { begun } = this;
    async function* held(): AsyncGenerator<string | Buffer> {
      if (!(await begun)) return;
      if (stdin instanceof Readable) yield* stdin;
      else yield stdin;
    }
    return Readable.from(held(), { objectMode: false });
  }
}

const MOST_BEFORE = 64 * 1024 + MARK.length;
