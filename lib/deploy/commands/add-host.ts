import { fingerprintOf } from "@/lib/host-key";
import { type Params, SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import type { NewHost } from "../ports/catalogue";
import { audited, type CatalogueDeps } from "./audited";
import { refuseBadHostKey } from "./host-key-checks";

/**
 * Makes a host known. One of the same name that was retired is there again, at its new place.
 * @throws SlipwayError `already_exists` for a name, or a place (address and folder), that another host has; `invalid_request` for a
 * host key that is none
 */
export async function addHost(deps: CatalogueDeps, actor: Actor, host: NewHost): Promise<void> {
  if (host.kind === "ssh") refuseBadHostKey(host.ssh.hostKey, "/ssh/host_key");
  // Whoever adds a host has looked at its key and accepts it: that is part of the record.
  const accepted: Params = host.kind === "ssh" ? { fingerprint: fingerprintOf(host.ssh.hostKey) } : {};
  await audited(
    deps,
    { actor, action: "add_host", subject: host.name, params: { address: host.address, ...accepted } },
    async (tx) => {
      const [known] = await tx.lockHosts([host.name]);
      if (known !== undefined && known.state !== "retired") throw new SlipwayError("already_exists", { name: host.name });
      const there = await tx.hostAt(host.address, host.root);
      if (there !== null) throw new SlipwayError("already_exists", { name: there });
      await tx.putHost(host);
      return [{ code: "host_added", params: { address: host.address, zone: host.zone }, host: host.name }];
    },
  );
}
