/** Hosts that a service runs on, and that have become unusable since: one rollout meets all of them at once. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasSshd, isRoot, keyPair } from "@/lib/lab/sshd";
import { sentence } from "@/lib/sentences";
import type { Failure } from "../../domain/errors";
import { Deeds } from "../../engine/testing/deeds";
import { FIRST_PORT, Fleet } from "../../engine/testing/fleet";
import { expectTheTruth } from "../../engine/testing/truth";
import type { SshHost, SshTarget } from "../../ports";
import { createHosts } from "..";
import { fillDisk } from "../testing/full-disk";
import { makeWritable } from "../testing/local-host";
import { freePort } from "../testing/site";
import { TestServer } from "../testing/ssh-host";

const lacking = hasSshd && isRoot ? "" : " (skipped: only root can start an SSH server with accounts of its own)";
const MOST = { timeout: 120_000 };

interface Trouble {
  readonly code: string;
  /** What a person reads; the host's name is part of it. */
  readonly says: RegExp;
  /** Another way to the host than before. */
  readonly way?: (scene: Scene) => Promise<Partial<SshTarget>> | Partial<SshTarget>;
  /** Its folder is on a disk of its own, which is full by then. */
  readonly full?: true;
}

interface Scene {
  readonly server: TestServer;
  readonly folder: string;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  "another user": { code: "host_unreachable", says: /does not let nobody-at-all in/, way: () => ({ user: "nobody-at-all" }) },
  "a key that it does not know": {
    code: "host_unreachable",
    says: /does not let deploy in with the key stranger: .*authorized_keys/,
    way: async ({ server }) => {
      await keyPair(join(server.folder, "stranger"));
      return { key: { kind: "file", file: "stranger" } };
    },
  },
  "a key file that is gone": {
    code: "host_unreachable",
    says: /There is no key gone for .*: put the file into the folder at SLIPWAY_SSH_KEYS/,
    way: () => ({ key: { kind: "file", file: "gone" } }),
  },
  "another key of its own": {
    code: "host_unreachable",
    says: /shows another key than the accepted one/,
    way: async ({ folder }) => ({ hostKey: await keyPair(join(folder, "other-host")) }),
  },
  "a name that nobody knows": {
    code: "host_unreachable",
    says: /no-such-host\.invalid, where .* should be, is no name/,
    way: () => ({ host: "no-such-host.invalid" }),
  },
  "a closed port": {
    code: "host_unreachable",
    says: /refuses connections to port .*: start its SSH server/,
    way: async () => ({ port: await freePort("127.0.0.1") }),
  },
  "a shell that prints a banner": {
    code: "host_unreachable",
    says: /prints text before every command \(“Welcome!”\): take it out/,
    way: () => ({ user: "chatty" }),
  },
  "/bin/false for a shell": {
    code: "host_unreachable",
    says: /runs no commands: give closed a login shell/,
    way: () => ({ user: "closed" }),
  },
  "no tar": { code: "host_tool_missing", says: /lacks tar: install it there/, way: () => ({ user: "bare" }) },
  "a full disk": { code: "disk_full", says: /the disk of .* is full.*: make room there/, full: true },
  "a folder that it may only read": {
    code: "root_unusable",
    says: /nothing can be written .*: make it/,
    way: () => ({ user: "plain" }),
  },
};
const NAMES = Object.keys(TROUBLES);
/** The last host is well, but for its clock. */
const LATE = NAMES.length;
const nameOf = (index: number): string => `web-${index + 1}`;
const addressOf = (index: number): string => `127.0.31.${index + 1}`;

describe.skipIf(lacking !== "")(`a deployment to hosts that have become unusable${lacking}`, MOST, () => {
  let folder: string;
  let server: TestServer;
  let fleet: Fleet;
  let deeds: Deeds;
  let deployment: string;

  const rootOf = (index: number) => join(folder, `srv-${index}`);
  const disks = () => NAMES.flatMap((name, index) => (TROUBLES[name]?.full ? [rootOf(index)] : []));
  const serves = async (index: number) =>
    (
      await (await fetch(`http://${addressOf(index)}:${FIRST_PORT}/version`, { signal: AbortSignal.timeout(5000) })).text()
    ).trim();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bad-"));
    await chmod(folder, 0o755);
    for (let index = 0; index <= LATE; index += 1) await mkdir(rootOf(index));
    // Before the server starts: it has a table of mounts of its own from then on.
    for (const root of disks()) execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", root]);
    server = await TestServer.open({
      users: [
        { name: "plain", uid: 61_250 },
        { name: "closed", uid: 0, shell: "/bin/false" },
        { name: "chatty", uid: 0, shell: await shell(join(folder, "chatty"), "echo 'Welcome!'") },
        { name: "bare", uid: 0, shell: await shell(join(folder, "bare"), `PATH=${await withoutTar(join(folder, "bare-bin"))}`) },
        {
          name: "late",
          uid: 0,
          shell: await shell(join(folder, "late"), `PATH=${await aDayLate(join(folder, "late-bin"))}:$PATH`),
        },
      ],
    });
    const hosts = [...NAMES, "late"].map((_, index): SshHost => {
      const ssh = { ...server.host("/").ssh, host: "127.0.0.1", ...(index === LATE ? { user: "late" } : {}) };
      return { name: nameOf(index), kind: "ssh", address: addressOf(index), root: rootOf(index), ssh };
    });
    const { transport } = await createHosts({
      keys: server.keys,
      config: null,
      say: ({ code, params }) => sentence("en", "troubles", code, params) ?? code,
    });
    fleet = await Fleet.open({ transport, on: hosts, each: 1 });
    deeds = new Deeds(fleet);
    await fleet.worker();
    await deeds.runs("1.0");
    for (const [index, name] of NAMES.entries()) {
      const host = hosts[index];
      const { way, full } = TROUBLES[name] ?? {};
      if (full) fillDisk(join(rootOf(index), "fill"));
      if (host && way) {
        const config = { ...host.ssh, ...(await way({ server, folder })) };
        await fleet.core.db.host.update({ where: { name: host.name }, data: { config } });
      }
    }
    await fleet.publish("2.0");
    deployment = await deeds.deploy("2.0", { strategy: { preset: "all_at_once", maxFailed: NAMES.length } });
    await deeds.ended(deployment);
  }, 120_000);
  afterAll(async () => {
    for (const root of disks()) await rm(join(root, "fill"), { force: true });
    for (const [index, host] of fleet.hosts.entries())
      await fleet.transport.powerOff(host, { instance: fleet.instances[index] ?? "", generation: 999_999 });
    await fleet.close();
    await server.dispose();
    for (const root of disks()) execFileSync("umount", [root]);
    await makeWritable(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  it.each(NAMES)("fails there, with the reason and the next step, and what runs goes on: %s", async (name) => {
    const index = NAMES.indexOf(name);
    const { code, says } = TROUBLES[name] ?? {};
    const [target] = await fleet.core.db.rolloutTarget.findMany({
      where: { rolloutId: deployment, instanceId: `shop-${index + 1}1` },
    });
    expect(target).toMatchObject({ status: "failed", versionNow: "1.0", failure: { code } });
    const failure: Failure = JSON.parse(JSON.stringify(target?.failure));
    for (const locale of ["en", "zh"] as const) {
      const said = sentence(locale, "failures", failure.code, failure.params) ?? "";
      if (locale === "en") expect(said).toMatch(says ?? /^$/);
      expect(said).toContain(nameOf(index));
      expect(said).not.toMatch(/none|\{|[.。]$/);
    }
    expect(await serves(index)).toBe("1.0");
  });

  it("does its work where only the clock is a day off", async () => {
    expect(await serves(LATE)).toBe("2.0");
    expect(await deeds.story(`shop-${LATE + 1}1`)).toEqual(["1.0 replaced", "2.0 runs"]);
  });

  it("leaves a true record", async () => {
    await expectTheTruth(fleet);
  });
});

async function shell(path: string, before: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${before}\nexec /bin/sh "$@"\n`, { mode: 0o755 });
  return path;
}

/** A PATH with everything but tar. */
async function withoutTar(path: string): Promise<string> {
  await mkdir(path);
  for (const folder of ["/usr/bin", "/bin", dirname(process.execPath)])
    for (const tool of await readdir(folder))
      if (tool !== "tar" && !existsSync(join(path, tool))) await symlink(join(folder, tool), join(path, tool));
  return path;
}

async function aDayLate(path: string): Promise<string> {
  await mkdir(path);
  const script = '#!/bin/sh\nfor last; do :; done\nexec /bin/date -d "1 day ago" "$last"\n';
  await writeFile(join(path, "date"), script, { mode: 0o755 });
  return path;
}
