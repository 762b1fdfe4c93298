/** Ansible as somebody who knows it runs it: its own modules, pipelining, a fork for every host, connections that stay. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contestant } from "./contestant.mjs";
import { type Peer, runs } from "./peers.mjs";

const PLAYBOOKS = join(import.meta.dirname, "ansible");
const PYTHON = "/usr/bin/python3";

export async function createAnsible({ folder, sshConfig, hosts, port, spent }: Peer): Promise<Contestant> {
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const config = [
    "[defaults]",
    `forks = ${hosts.length}`,
    "gathering = explicit",
    "host_key_checking = True",
    `interpreter_python = ${PYTHON}`,
    `local_tmp = ${temporary}`,
    "stdout_callback = minimal",
    "[ssh_connection]",
    "pipelining = True",
    "transfer_method = piped",
    `ssh_args = -F ${sshConfig} -o ControlMaster=auto -o ControlPersist=600 -o ControlPath=${folder}/%n`,
    "",
  ];
  await writeFile(join(folder, "ansible.cfg"), config.join("\n"));
  await writeFile(
    join(folder, "hosts"),
    hosts.map(({ host, folder: of }) => `${host.name} home=${join(of, "home", host.ssh.user, "ansible")}\n`).join(""),
  );
  const play = async (book: string, variables: Readonly<Record<string, string | number>>) => {
    const given = JSON.stringify({ ...variables, port });
    await runs("ansible-playbook", ["-i", join(folder, "hosts"), join(PLAYBOOKS, book), "-e", given], {
      env: { ANSIBLE_CONFIG: join(folder, "ansible.cfg"), ANSIBLE_HOME: folder, LC_ALL: "C.UTF-8" },
    });
    return undefined;
  };
  return {
    verifies: "granted",
    deploy: ({ version, sha256, file }) => play("deploy.yml", { version, sha256, package: file }),
    back: ({ version }) => play("back.yml", { version }),
    spent,
  };
}
