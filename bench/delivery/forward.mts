/** A port on a host that leads to a port of this machine, through an SSH connection. */
import { connect as dial } from "node:net";
import { connect } from "../../lib/deploy/hosts/ssh/connect";
import type { PrivateKeys } from "../../lib/deploy/hosts/ssh/private-keys";
import type { SshHost } from "../../lib/deploy/ports";

/** Resolves with its base as the host sees it. */
export async function openForward(
  host: SshHost,
  keys: PrivateKeys,
  to: string,
  undo: (step: () => Promise<unknown>) => void,
): Promise<string> {
  const client = await connect(host, keys, 10_000);
  undo(async () => client.destroy());
  const { hostname, port } = new URL(to);
  client.on("tcp connection", (_details, accept) => {
    const socket = dial({ host: hostname, port: Number(port) });
    const channel = accept();
    socket.on("error", () => channel.destroy());
    channel.on("error", () => socket.destroy());
    socket.pipe(channel).pipe(socket);
  });
  return await new Promise((resolve, reject) => {
    client.forwardIn("127.0.0.1", 0, (error, bound) => (error ? reject(error) : resolve(`http://127.0.0.1:${bound}`)));
  });
}
