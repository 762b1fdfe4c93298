import type { LabHost } from "./lab";

/** Hosts as the page of hosts takes them, one a line: name, address, way to it, and what differs from its defaults. */
export function asList(hosts: readonly Pick<LabHost, "host">[]): string {
  return hosts
    .map(
      ({ host: { name, address, root, ssh } }) => `${name} ${address} ${ssh.user}@:${ssh.port} key=${ssh.key.file} root=${root}`,
    )
    .join("\n");
}
