import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasSshd } from "@/lib/lab/sshd";
import { sentence } from "@/lib/sentences";
import type { HostTrouble } from "../../../domain/host-troubles";
import { TestServer } from "../../testing/ssh-host";
import { describeSsh } from "../../testing/ssh-suite";
import { SshChannel } from "../ssh-channel";

const lacking = hasSshd ? "" : " (skipped: this machine has no SSH server)";

describeSsh("openssh");

describe.skipIf(!hasSshd)(`the configuration of the system's ssh${lacking}`, () => {
  let folder: string;
  let bastion: TestServer;
  let inner: TestServer;
  const config = () => join(folder, "config");
  const channelOf = (agent: string | null = null) =>
    new SshChannel({
      lines: inner.lines({ ...inner.keys, agent }, config()),
      say: ({ code, params }: HostTrouble) => sentence("en", "troubles", code, params) ?? code,
    });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "openssh-"));
    [bastion, inner] = await Promise.all([TestServer.open(), TestServer.open({ via: "openssh" })]);
    const { user, port } = bastion.target();
    await writeFile(join(folder, "known"), `[127.0.0.1]:${port} ${bastion.hostKey}\n`);
    await writeFile(
      config(),
      [
        "Host inner",
        "  HostName 127.0.0.1",
        `  ProxyJump ${user}@127.0.0.1:${port}`,
        "  ForwardAgent yes",
        "  PermitLocalCommand yes",
        `  LocalCommand touch ${join(folder, "touched")}`,
        "  StrictHostKeyChecking no",
        "  RemoteCommand echo not this",
        "  SessionType none",
        "  StdinNull yes",
        "  ForkAfterAuthentication yes",
        "Host 127.0.0.1",
        `  UserKnownHostsFile ${join(folder, "known")}`,
        `  IdentityFile ${join(bastion.folder, "id")}`,
        "",
      ].join("\n"),
    );
  });
  afterAll(async () => {
    await Promise.all([bastion.dispose(), inner.dispose()]);
    await rm(folder, { recursive: true });
  });

  it("leads through a jump host; what it says about keys, agents and commands does not count", async () => {
    const socket = join(folder, "agent");
    const agent = /SSH_AGENT_PID=(\d+)/.exec(execFileSync("ssh-agent", ["-a", socket, "-s"], { encoding: "utf8" }))?.[1];
    const channel = channelOf(socket);
    try {
      const argv = ["sh", "-c", 'echo "agent: $SSH_AUTH_SOCK"; cat'] as const;
      expect(await channel.run(inner.host("/", { host: "inner" }), { argv, stdin: "said\n" })).toEqual({
        code: 0,
        stdout: "agent: \nsaid\n",
        stderr: "",
      });
      const another = inner.host("/", { host: "inner", hostKey: bastion.hostKey });
      await expect(channel.run(another, { argv })).rejects.toMatchObject({
        reason: expect.stringContaining("web-1 shows another key than the accepted one"),
      });
      expect(execFileSync("ls", [folder], { encoding: "utf8" })).not.toContain("touched");
    } finally {
      await channel.close();
      process.kill(Number(agent));
    }
  });

  it("says what stands in the way to the host", async () => {
    const channel = channelOf();
    await bastion.stop();
    await expect(channel.run(inner.host("/", { host: "inner" }), { argv: ["true"] })).rejects.toMatchObject({
      reason: expect.stringMatching(/no way to web-1 .*Connection refused.*: mend its configuration/),
    });
    await bastion.start();
    await channel.close();
  });

  it("opens no key with a pass phrase, which somebody on the way might ask for", async () => {
    const file = join(inner.folder, "locked");
    await copyFile(join(inner.folder, "id"), file);
    execFileSync("ssh-keygen", ["-q", "-p", "-a", "1", "-P", "", "-N", "open sesame", "-f", file], { stdio: "ignore" });
    const channel = channelOf();
    const host = inner.host("/", { key: { kind: "file", file: "locked" } });
    await expect(channel.run(host, { argv: ["true"] })).rejects.toMatchObject({
      reason: expect.stringContaining("put the key into an agent"),
    });
    await channel.close();
  });

  it("is of no use on a machine without ssh, and leaves no file for each time that it is tried", async () => {
    await inFolderOfItsOwn(async (own) => {
      const { PATH } = process.env;
      process.env.PATH = folder;
      const channel = channelOf();
      process.env.PATH = PATH;
      await expect(channel.run(inner.host("/"), { argv: ["true"] })).rejects.toMatchObject({
        reason: expect.stringContaining("has no ssh program to reach web-1 with"),
      });
      const [sockets = ""] = await readdir(own);
      expect(await readdir(join(own, sockets))).toEqual([]);
      await channel.close();
    });
  });

  it("leaves no connection and no file behind", async () => {
    await inFolderOfItsOwn(async (own) => {
      const channel = channelOf();
      const { stdout } = await channel.run(inner.host("/"), { argv: ["sh", "-c", "echo $PPID"] });
      await channel.close();
      expect(await readdir(own)).toEqual([]);
      await expect.poll(() => isAlive(Number(stdout))).toBe(false);
    });
  });
});

/** With a folder for temporary files that nothing else uses. */
async function inFolderOfItsOwn(test: (own: string) => Promise<void>): Promise<void> {
  const { TMPDIR } = process.env;
  const own = await mkdtemp(join(tmpdir(), "own-"));
  process.env.TMPDIR = own;
  try {
    await test(own);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    await rm(own, { recursive: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
