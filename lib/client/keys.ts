import type { QueryKey } from "@tanstack/react-query";

/** A filter as it stands in a key: part of the key's identity, so keep its fields in one order. */
type Filter = Readonly<Record<string, unknown>>;

const service = (name: string) => ["service", name] as const;
const instance = (id: string) => ["instance", id] as const;
const rollout = (id: string) => ["rollout", id] as const;

/**
 * Query keys by resource. A shorter key is the prefix of the longer ones of its group, so that invalidating
 * `keys.service.all(name)` reaches everything known of that service.
 */
export const keys = {
  overview: ["overview"] as const,
  services: { all: ["services"] as const, list: (filter: Filter = {}) => ["services", filter] as const },
  service: {
    all: service,
    detail: (name: string) => [...service(name), "detail"] as const,
    allInstances: (name: string) => [...service(name), "instances"] as const,
    instances: (name: string, filter: Filter = {}) => [...service(name), "instances", filter] as const,
    versions: (name: string) => [...service(name), "versions"] as const,
    /** Every instance of the service, for choosing; not kept live. */
    roster: (name: string) => [...service(name), "roster"] as const,
    /** What a file would change of the service at this revision; `name` is null for the service that the file names. */
    definition: (name: string | null, revision: number, text: string) =>
      [...service(name ?? ""), "definition", revision, text] as const,
    allPreviews: (name: string) => [...service(name), "preview"] as const,
    preview: (name: string, params: Filter) => [...service(name), "preview", params] as const,
  },
  instance: {
    all: instance,
    detail: (id: string) => [...instance(id), "detail"] as const,
    activations: (id: string) => [...instance(id), "activations"] as const,
    versions: (id: string) => [...instance(id), "versions"] as const,
  },
  rollouts: { all: ["rollouts"] as const, list: (filter: Filter = {}) => ["rollouts", filter] as const },
  rollout: {
    all: rollout,
    detail: (id: string) => [...rollout(id), "detail"] as const,
    targets: (id: string) => [...rollout(id), "targets"] as const,
    log: (id: string) => [...rollout(id), "log"] as const,
  },
  hosts: ["hosts"] as const,
  /** What a look at a known host finds; nothing keeps it live. */
  hostCheck: (name: string) => ["host-check", name] as const,
  changes: { all: ["changes"] as const, list: (filter: Filter = {}) => ["changes", filter] as const },
  search: (text: string) => ["search", text] as const,
};

/** One string for one key, to keep keys in sets. */
export function keyText(key: QueryKey): string {
  return JSON.stringify(key);
}
