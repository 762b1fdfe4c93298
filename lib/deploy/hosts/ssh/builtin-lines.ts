import type ssh2 from "ssh2";
import { connect } from "./connect";
import type { Destination, Line, Lines, OpenOptions } from "./line";
import type { PrivateKeys } from "./private-keys";
import { type Login, runSession } from "./session";

/** Connections of our own, which need no program on this machine. */
export class BuiltinLines implements Lines {
  constructor(private readonly keys: PrivateKeys) {}

  async open(to: Destination, { withinMs, onHostKey }: OpenOptions): Promise<Line> {
    return lineOf(await connect(to, this.keys, withinMs, onHostKey), { host: to.name, user: to.ssh.user });
  }

  async close(): Promise<void> {
    // Each line is all there is of it.
  }
}

function lineOf(client: ssh2.Client, login: Login): Line {
  return {
    run: (command, signal) => runSession(client, login, command, signal),
    onGone: (then) => {
      client.once("close", then);
    },
    close: async () => {
      client.end();
      client.destroy();
    },
  };
}
