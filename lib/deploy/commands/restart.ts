import type { RolloutCommand } from "./deps";
import { planRestart } from "./plan/deployment";
import type { Accepted, RestartRequest } from "./requests";
import { canonical, rolloutOf } from "./start-deployment";

/** Restarts instances on their present version with the newest settings, even where nothing differs. */
export const restart: RolloutCommand<RestartRequest, Accepted> = ({ store }, actor, request) =>
  store.accept(actor, request.deployId, request.service, canonical(request), async (reads) =>
    rolloutOf(await planRestart(reads, request), request.deployId, request),
  );
