/** Hosts and instances that do everything in no time: what is left is the engine and its database. */
import { Readable } from "node:stream";
import type { Health, HostRef, InstanceReport, Packages, ReleaseLinks, Transport } from "../../lib/deploy/ports";
import { HostUnreachable } from "../../lib/deploy/ports";

export const nullTransport: Transport = {
  stage: async () => ({ kind: "staged", moved: false }),
  activate: async (_host, { instance, generation, release }) => ({
    kind: "verified",
    changed: true,
    report: { ...nothingKnown(instance), generation, current: release, verified: release },
  }),
  fence: async (host, { instance }) => refuse(host, instance),
  // Of what another worker's part of the fleet runs nothing is known here, so an inspection says nothing.
  inspect: async () => [],
  boot: async () => [],
  stop: async (host, { instance }) => refuse(host, instance),
  powerOff: async (host, { instance }) => refuse(host, instance),
  prune: async () => ({ removed: [] }),
  close: async () => undefined,
};

export const nullHealth: Health = {
  probe: async () => ({
    healthy: true,
    latencyMs: 0,
    checkedAt: new Date(),
    detail: { code: "status", status: 200, path: "/healthz" },
  }),
};

/** Nothing is ever fetched: the packages are in the store already. */
export const nullPackages: Packages = {
  ask: async (url) => ({ url, size: 1_000, kind: "tar.gz" }),
  fetch: (url) => Promise.reject(new Error(`${url} was to be fetched`)),
  find: async () => null,
  open: async () => Readable.from([]),
  sizeOf: async () => null,
};

/** Nobody fetches: everything is sent, in no time. */
export const nullLinks: ReleaseLinks = {
  reachableFrom: () => "no_address",
  linkTo: (sha256) => Promise.reject(new Error(`${sha256} was to be fetched`)),
  isValid: async () => false,
};

function nothingKnown(instance: string): InstanceReport {
  return {
    instance,
    generation: 0,
    current: null,
    verified: null,
    process: null,
    answers: null,
    restarts: 0,
    openTx: null,
    journal: [],
    releases: [],
  };
}

function refuse(host: HostRef, instance: string): never {
  throw new HostUnreachable(host.name, `${instance} is only ever deployed to`);
}
