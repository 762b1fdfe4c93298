/** One program on a connection that stands. */
import type ssh2 from "ssh2";
import { inOneLine } from "../../domain/shown-text";
import type { HostCommand, HostOutput } from "../channel";
import { collect } from "../collect";
import { feed } from "../stdin";
import { commandLine, splitAtMark } from "./command-line";
import type { SessionEnd } from "./line";
import { SshTrouble } from "./trouble";

const SHOWN = 200;

/** Who is asked, for a sentence that says what went wrong. */
export type Login = Readonly<Record<"host" | "user", string>>;

/**
 * Its exit code is a value. Throws SshTrouble when the connection was lost or the login shell did not let it begin, the signal's
 * reason, and a stdin stream's own error.
 */
export function runSession(client: ssh2.Client, login: Login, command: HostCommand, signal: AbortSignal): Promise<SessionEnd> {
  return new Promise((resolve, reject) => {
    // A server that stands still does not even say whether the session begins; one that begins later is closed at once.
    const leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    const refused = (error: Error & { readonly reason?: unknown }) => {
      // A reason code comes from the server, which stands and does not want one more session; without one the connection is gone.
      if (typeof error.reason === "number") resolve("too_many_sessions");
      else reject(new SshTrouble("connection_lost", login, { cause: error }));
    };
    try {
      client.exec(commandLine(command.argv), (error, channel) => {
        signal.removeEventListener("abort", leave);
        if (error) refused(error);
        // At once: a program may have ended by the time that anybody waits for it.
        else follow(channel, login, command, signal).then(resolve, reject);
      });
    } catch (error) {
      // The library throws when the connection has closed a moment ago.
      signal.removeEventListener("abort", leave);
      refused(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function follow(channel: ssh2.ClientChannel, login: Login, command: HostCommand, signal: AbortSignal): Promise<HostOutput> {
  return new Promise((resolve, reject) => {
    let code: number | null = null;
    const stop = (error: unknown) => {
      channel.close();
      reject(error);
    };
    const giveUp = () => stop(signal.reason);
    const tooLong = () => stop(new SshTrouble("answer_broken", login));
    const stdout = collect(channel, tooLong);
    const stderr = collect(channel.stderr, tooLong);
    const { onText } = command;
    if (onText) channel.on("data", (chunk: Buffer) => onText(chunk.toString("utf8")));
    channel.on("exit", (status: number | null) => {
      code = status;
    });
    channel.on("error", (cause: unknown) => stop(new SshTrouble("connection_lost", login, { cause })));
    channel.on("close", () => {
      signal.removeEventListener("abort", giveUp);
      // Closed without a word of how it ended: the connection was cut, or it was killed. What it did is unknown.
      if (code === null) return reject(new SshTrouble("connection_lost", login));
      const output = outputOf(login, code, stdout(), stderr());
      return output instanceof SshTrouble ? reject(output) : resolve(output);
    });
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    else feed(channel, command.stdin).catch(stop);
  });
}

/** What a program answered; a trouble where the login shell did not let it begin, or mixed in words of its own. */
export function outputOf(login: Login, code: number, printed: string, stderr: string): HostOutput | SshTrouble {
  const split = splitAtMark(printed);
  if (split === null) {
    const said = inOneLine(`${printed}${stderr}`, SHOWN);
    return new SshTrouble("shell_refuses", { ...login, code, said: said === "" ? null : said });
  }
  if (split.before !== "") return new SshTrouble("shell_prints", { ...login, text: inOneLine(split.before, SHOWN) });
  return { code, stdout: split.after, stderr };
}
