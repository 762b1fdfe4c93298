import type { QueryDeps } from "./deps";
import { getHost, getOverview, listChanges, listHosts, search } from "./fleet";
import { checkHost, checkKnownHost } from "./host-check";
import { checkHealth, getInstance, listActivations, listInstances, listVersionHistory } from "./instances";
import { getRollout, listRolloutLog, listRollouts, listTargets } from "./rollouts";
import { getService, getVersion, listServices, listVersions } from "./services";
import { shared } from "./shared";

/** Every read, bound to what it asks. */
export function createQueries(deps: QueryDeps) {
  const bound =
    <Rest extends readonly unknown[], Answer>(query: (deps: QueryDeps, ...rest: Rest) => Promise<Answer>) =>
    (...rest: Rest) =>
      query(deps, ...rest);
  return {
    overview: shared(bound(getOverview)),
    services: bound(listServices),
    service: bound(getService),
    versions: bound(listVersions),
    version: bound(getVersion),
    instances: bound(listInstances),
    instance: bound(getInstance),
    activations: bound(listActivations),
    versionHistory: bound(listVersionHistory),
    health: bound(checkHealth),
    rollouts: bound(listRollouts),
    rollout: bound(getRollout),
    targets: bound(listTargets),
    log: bound(listRolloutLog),
    hosts: bound(listHosts),
    host: bound(getHost),
    checkHost: bound(checkHost),
    checkKnownHost: bound(checkKnownHost),
    changes: bound(listChanges),
    search: bound(search),
  };
}
export type Queries = ReturnType<typeof createQueries>;
