import { checkUrlSyntax } from "../domain/package-url";
import type { RolloutCommand } from "./deps";
import { planRollback } from "./plan/rollback";
import type { Accepted, RollbackRequest } from "./requests";
import { canonical, rolloutOf } from "./start-deployment";

/** Accepts a rollback to a named version. Its URL is fetched only when neither the hosts nor the store have the bytes. */
export const startRollback: RolloutCommand<RollbackRequest, Accepted> = ({ store }, actor, request) =>
  store.accept(actor, request.rollbackId, request.service, canonical(request), async (reads) => {
    checkUrlSyntax(request.packageUrl);
    const plan = await planRollback(reads, request);
    return { ...rolloutOf(plan, request.rollbackId, request), packageUrl: request.packageUrl, hold: request.hold ?? false };
  });
