import type { Params } from "../domain/errors";
import type { EventCode } from "../domain/events";

/** An event about to be written. Rollout events get their `seq` from the rollout's row, whose lock the writer holds. */
export interface NewEvent {
  readonly code: EventCode;
  readonly params?: Params;
  readonly actor?: string | null;
  readonly rolloutId?: string | null;
  readonly service?: string | null;
  readonly instanceId?: string | null;
  readonly host?: string | null;
}

export interface NewAuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject?: string | null;
  readonly params?: Params;
  readonly outcome: string;
}

/** Who asks. Until sign-in exists there is one local person, or the name that a program gives of itself. */
export interface Actor {
  readonly name: string;
}
