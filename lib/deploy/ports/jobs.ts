import type { HostCandidate, HostCheckResult } from "./host-check";
import type { HostRef } from "./index";

/** Ordinary jobs: what must be done some time by some worker, and what a web process asks a worker to find out. */

/** Each job's data, and what it answers. */
export interface Jobs {
  /** One host loses the releases that nothing needs. */
  readonly "prune-host": { readonly data: { readonly host: string }; readonly answer: { readonly removed: number } };
  /** Every host, and the package store, are looked through. */
  readonly prune: { readonly data: Record<string, never>; readonly answer: { readonly packages: number } };
  /** A health check that only the host itself can ask. */
  readonly "check-instance": {
    readonly data: { readonly instance: string };
    readonly answer: { readonly answers: boolean | null };
  };
  /** What is missing on a host, or wrong with it. */
  readonly "check-host": { readonly data: { readonly host: HostCandidate }; readonly answer: HostCheckResult };
}
export type JobName = keyof Jobs;

export interface JobQueue {
  send<Name extends JobName>(name: Name, data: Jobs[Name]["data"]): Promise<void>;
  /** Sends a job and waits for its answer; null when none came in time. */
  ask<Name extends JobName>(name: Name, data: Jobs[Name]["data"], withinMs: number): Promise<Jobs[Name]["answer"] | null>;
  close(): Promise<void>;
}

export interface JobWorker extends JobQueue {
  work<Name extends JobName>(name: Name, handler: (data: Jobs[Name]["data"]) => Promise<Jobs[Name]["answer"]>): Promise<void>;
  /** `cron` in UTC. */
  schedule<Name extends JobName>(name: Name, cron: string, data: Jobs[Name]["data"]): Promise<void>;
}

/** What the store knows of who needs which release. */
export interface Retention {
  readonly hosts: () => Promise<readonly string[]>;
  /** Releases that a host must keep: what runs, the last stable one of each instance, and the newest five versions of each of its services. */
  readonly neededOn: (host: string) => Promise<readonly string[]>;
  /** Deletes package bytes that are neither running, stable, owed, in a live rollout, nor among the newest twenty of a service. */
  readonly prunePackages: () => Promise<number>;
}

export interface HostFinder {
  find(name: string): Promise<HostRef | null>;
  /** The host of an instance. */
  of(instance: string): Promise<HostRef | null>;
}
