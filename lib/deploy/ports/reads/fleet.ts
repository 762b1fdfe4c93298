/** Hosts, and the fleet as a whole, as the store has them. */
import type { HostTrouble } from "../../domain/host-troubles";
import type { Coded } from "../../domain/rollout-state";
import type { InstanceCondition, InstanceStatus } from "../../domain/statuses";
import type { SshAccess } from "../host";
import type { Labels } from "./page";

export interface HostRow {
  readonly name: string;
  readonly kind: "local" | "ssh";
  readonly address: string;
  readonly root: string;
  readonly zone: string | null;
  readonly labels: Labels;
  readonly state: "active" | "draining" | "retired";
  readonly reachable: boolean | null;
  readonly lastAnswerAt: Date | null;
  /** Why it does not answer, told in English; `trouble` is what a reader's own language tells it by. */
  readonly error: string | null;
  readonly trouble: HostTrouble | null;
  /** How it is reached; null for a host of kind `local`. */
  readonly ssh: (Omit<SshAccess, "hostKey"> & { readonly fingerprint: string }) | null;
  readonly instances: readonly {
    readonly instanceId: string;
    readonly service: string;
    readonly version: string;
    readonly color: number | null;
    readonly status: InstanceStatus;
    readonly port: number;
  }[];
}

export interface AttentionRow {
  readonly instanceId: string;
  readonly service: string;
  readonly version: string;
  readonly condition: InstanceCondition;
  readonly detail: Coded | null;
  readonly runningVersion: string | null;
  readonly since: Date | null;
}

/** A service, or a zone of hosts, of which many stopped answering together. */
export interface CutOffRow {
  readonly kind: "service" | "zone";
  readonly name: string;
  readonly fallen: number;
  readonly total: number;
}

export interface OverviewRow {
  readonly totals: {
    readonly services: number;
    readonly instances: number;
    readonly hosts: number;
    readonly active: number;
    readonly pending: number;
    readonly error: number;
  };
  readonly paused: number;
  /** Instances in error, those that have been so for longest first, at most as many as asked for. */
  readonly attention: readonly AttentionRow[];
  readonly workers: { readonly alive: number; readonly lastSeenAt: Date | null };
  readonly lastCheckedAt: Date | null;
  readonly demo: { readonly active: boolean; readonly step: string | null };
}

export interface SearchHit {
  readonly kind: "service" | "instance" | "version" | "rollout" | "host";
  readonly id: string;
  /** null for a host. */
  readonly service: string | null;
}
