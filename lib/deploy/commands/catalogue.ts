import type { ServiceSettings } from "../domain/settings";
import type { Actor } from "../ports";
import { acceptHostKey } from "./accept-host-key";
import { addHost } from "./add-host";
import type { CatalogueDeps } from "./audited";
import { createService } from "./create-service";
import { defineService } from "./define-service";
import { deleteService } from "./delete-service";
import { drainHost } from "./drain-host";
import { holdService } from "./hold-service";
import { registerInstances } from "./register-instances";
import { releaseService } from "./release-service";
import { retireHost } from "./retire-host";
import { retireInstance } from "./retire-instance";
import { checkSettings } from "./service-checks";
import { setBarrier } from "./set-barrier";
import { updateService } from "./update-service";
import { withdrawVersion } from "./withdraw-version";

/** Every management command, bound to its store. */
export function createCatalogueCommands(deps: CatalogueDeps) {
  const bound =
    <Rest extends readonly unknown[]>(command: (deps: CatalogueDeps, actor: Actor, ...rest: Rest) => Promise<void>) =>
    (actor: Actor, ...rest: Rest) =>
      command(deps, actor, ...rest);
  return {
    createService: bound(createService),
    updateService: bound(updateService),
    defineService: bound(defineService),
    /** Throws what the commands that take settings would throw for them. */
    checkSettings: (settings: ServiceSettings) => checkSettings(settings, new Date()),
    deleteService: bound(deleteService),
    holdService: bound(holdService),
    releaseService: bound(releaseService),
    registerInstances: bound(registerInstances),
    retireInstance: bound(retireInstance),
    withdrawVersion: bound(withdrawVersion),
    setBarrier: bound(setBarrier),
    addHost: bound(addHost),
    acceptHostKey: bound(acceptHostKey),
    drainHost: bound(drainHost),
    retireHost: bound(retireHost),
  };
}
export type CatalogueCommands = ReturnType<typeof createCatalogueCommands>;
