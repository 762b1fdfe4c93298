import { BuiltinLines } from "./builtin-lines";
import type { Destination, Line, Lines, OpenOptions } from "./line";
import { SystemSsh } from "./openssh/system-ssh";
import { type KeyPlaces, PrivateKeys } from "./private-keys";

export interface LinesOptions {
  readonly keys: KeyPlaces;
  /** Configuration of the system's `ssh`; null = that of the user who runs the worker. */
  readonly config: string | null;
}

/** Connects to every host in the way that it asks for. */
export class AllLines implements Lines {
  private readonly builtin: Lines;
  private readonly system: Lines;

  constructor({ keys: places, config }: LinesOptions) {
    const keys = new PrivateKeys(places);
    this.builtin = new BuiltinLines(keys);
    this.system = new SystemSsh({ keys, agent: places.agent, config });
  }

  open(to: Destination, options: OpenOptions): Promise<Line> {
    switch (to.ssh.via) {
      case "builtin":
        return this.builtin.open(to, options);
      case "openssh":
        return this.system.open(to, options);
      default:
        return to.ssh.via satisfies never;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.builtin.close(), this.system.close()]);
  }
}
