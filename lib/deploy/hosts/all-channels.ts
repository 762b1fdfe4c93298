import type { CallOptions, HostRef, LocalHost, SshHost } from "../ports";
import type { Channel, HostCommand, HostOutput } from "./channel";

/** Reaches every host in the way of its kind. */
export class AllChannels implements Channel {
  constructor(
    private readonly local: Channel<LocalHost>,
    private readonly ssh: Channel<SshHost>,
  ) {}

  run(host: HostRef, command: HostCommand, options?: CallOptions): Promise<HostOutput> {
    switch (host.kind) {
      case "local":
        return this.local.run(host, command, options);
      case "ssh":
        return this.ssh.run(host, command, options);
      default:
        return host satisfies never;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.local.close(), this.ssh.close()]);
  }
}
