import type { ReadStore } from "../../ports/reads";
import type { Database } from "../database";
import { activations, latestRuns } from "./activations";
import { cutOff } from "./cut-off";
import { changes, eventsAfter, log, topPosition } from "./events";
import { host, hosts } from "./hosts";
import { instance, instancesAtAddress, probeTarget } from "./instance";
import { instances } from "./instances";
import { appliedMigrations, gauges, now, overview } from "./overview";
import { rollout, rolloutStatus, rollouts } from "./rollouts";
import { search } from "./search";
import { serviceCounts } from "./service-counts";
import { createServiceRollouts } from "./service-rollouts";
import { serviceNamed, services } from "./services";
import { targets } from "./targets";
import { version, versions } from "./versions";

export function createReadStore(db: Database): ReadStore {
  return {
    now: () => now(db),
    services: (page) => services(db, page),
    service: (name) => serviceNamed(db, name),
    serviceCounts: (names) => serviceCounts(db, names),
    serviceRollouts: createServiceRollouts(db),
    instances: (service, filter, page) => instances(db, service, filter, page),
    instance: (id) => instance(db, id),
    activations: (instanceId, page) => activations(db, instanceId, page),
    latestRuns: (instanceId) => latestRuns(db, instanceId),
    probeTarget: (instanceId) => probeTarget(db, instanceId),
    instancesAt: (service, address) => instancesAtAddress(db, service, address),
    rollouts: (filter, page) => rollouts(db, filter, page),
    rollout: (id) => rollout(db, id),
    rolloutStatus: (id) => rolloutStatus(db, id),
    targets: (rolloutId, filter, page) => targets(db, rolloutId, filter, page),
    log: (rolloutId, order, page) => log(db, rolloutId, order, page),
    changes: (filter, page) => changes(db, filter, page),
    versions: (service, page) => versions(db, service, page),
    version: (service, name) => version(db, service, name),
    hosts: (page) => hosts(db, page),
    host: (name) => host(db, name),
    overview: (mostAttention) => overview(db, mostAttention),
    cutOff: () => cutOff(db),
    search: (text, limit) => search(db, text, limit),
    eventsAfter: (pos, filter, limit) => eventsAfter(db, pos, filter, limit),
    topPosition: () => topPosition(db),
    gauges: () => gauges(db),
    appliedMigrations: () => appliedMigrations(db),
  };
}
