import type { HostTrouble, HostTroubleCode } from "../../domain/host-troubles";
import { type HostRef, HostUnreachable } from "../../ports";

/** A sentence for a trouble, in the language of the records. */
export type SayTrouble = (trouble: HostTrouble) => string;

/** A host could not be reached, and it is known why. */
export class SshTrouble extends Error {
  override readonly name = "SshTrouble";
  constructor(
    readonly code: HostTroubleCode,
    readonly params: HostTrouble["params"],
    options?: { readonly cause?: unknown },
  ) {
    super(code, options);
  }

  get trouble(): HostTrouble {
    return { code: this.code, params: this.params };
  }
}

/** What the engine is told of it. Anything but a trouble stays what it is. */
export function unreachable(host: Pick<HostRef, "name">, error: unknown, say: SayTrouble): unknown {
  if (!(error instanceof SshTrouble)) return error;
  return new HostUnreachable(host.name, say(error.trouble), { cause: error, trouble: error.trouble });
}
