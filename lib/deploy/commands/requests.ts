/** What may be asked of the deploy core: the reference's parameters, in camelCase, and what may be added to them. */
import type { RolloutAction } from "../domain/statuses";
import type { StrategyChoice } from "../domain/strategy";

interface Described {
  readonly strategy?: StrategyChoice;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface DeployRequest extends Described {
  readonly deployId: string;
  readonly service: string;
  readonly version: string;
  readonly instances: readonly string[];
  readonly packageUrl: string;
  readonly barrier?: { readonly reason: string };
  readonly packageSha256?: string;
}

export interface RollbackRequest extends Described {
  readonly rollbackId: string;
  readonly service: string;
  readonly targetVersion: string;
  readonly instances: readonly string[];
  readonly packageUrl: string;
  readonly hold?: boolean;
  readonly pastBarrier?: boolean;
}

export interface TakeBackRequest {
  readonly rollbackId: string;
  readonly service: string;
  readonly takesBack?: string;
  readonly expectVersion?: string;
  readonly planToken?: string;
  readonly hold?: boolean;
  readonly pastBarrier?: boolean;
  readonly reason?: string;
  readonly strategy?: StrategyChoice;
}

export interface RestartRequest {
  readonly deployId: string;
  readonly service: string;
  readonly instances: readonly string[];
  readonly reason?: string;
  readonly strategy?: StrategyChoice;
}

export type PreviewRequest =
  | {
      readonly kind: "deployment";
      readonly service: string;
      readonly version: string;
      readonly instances: readonly string[];
      readonly packageUrl?: string;
      readonly strategy?: StrategyChoice;
    }
  | {
      readonly kind: "rollback";
      readonly service: string;
      readonly targetVersion: string;
      readonly instances: readonly string[];
      readonly packageUrl?: string;
      readonly strategy?: StrategyChoice;
      readonly pastBarrier?: boolean;
    }
  | { readonly kind: "take_back"; readonly service: string; readonly takesBack?: string; readonly strategy?: StrategyChoice }
  | {
      readonly kind: "restart";
      readonly service: string;
      readonly instances: readonly string[];
      readonly strategy?: StrategyChoice;
    };

export interface ActionRequest {
  readonly id: string;
  readonly action: RolloutAction;
  readonly wave?: number;
  readonly newId?: string;
  readonly expectedSeq?: number;
}

/** Whether the rollout was created now, or is one that was accepted before. */
export interface Accepted {
  readonly id: string;
  readonly created: boolean;
}
