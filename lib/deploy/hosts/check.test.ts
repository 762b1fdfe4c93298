import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprintOf } from "@/lib/host-key";
import { hasSshd, isRoot, keyPair } from "@/lib/lab/sshd";
import { sentence } from "@/lib/sentences";
import type { HostTroubleCode } from "../domain/host-troubles";
import type { SshTarget, SshVia } from "../ports";
import type { HostCheckResult } from "../ports/host-check";
import { Checker } from "./check";
import { LocalChannel } from "./local-channel";
import { AllLines } from "./ssh/all-lines";
import { freePort } from "./testing/site";
import { TestServer } from "./testing/ssh-host";

const TOOLS = ["sh", "gzip", "flock", "setsid", "awk", "find", "readlink", "sed", "df", "sha256sum", "tail", "rm", "date"];
const VIAS: readonly SshVia[] = ["builtin", "openssh"];
const lacking = hasSshd && isRoot ? "" : " (skipped: only root can start an SSH server with accounts of its own)";

let server: TestServer;
let folder: string;
const listeners: Server[] = [];

/** Something that listens and is no SSH server. */
function listener(greeting: string | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const other = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      if (greeting !== null) socket.end(greeting);
    });
    listeners.push(other);
    other.once("error", reject);
    other.listen(0, "127.0.0.1", () => {
      const bound = other.address();
      if (bound !== null && typeof bound === "object") resolve(bound.port);
    });
  });
}

/** A login shell that does something of its own before it is a shell. */
async function shell(name: string, before: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${before}\nexec /bin/sh "$@"\n`, { mode: 0o755 });
  return path;
}

/** A folder of tools to be the whole PATH of an account. */
async function tools(name: string, own: Readonly<Record<string, string>>, without: readonly string[] = []): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const tool of [...TOOLS, "tar", "curl"].filter((each) => !without.includes(each) && !(each in own)))
    await symlink(execFileSync("which", [tool], { encoding: "utf8" }).trim(), join(path, tool));
  for (const [tool, text] of Object.entries(own)) await writeFile(join(path, tool), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

async function check(
  changes: Partial<SshTarget> = {},
  root = join(folder, "srv"),
  places = server.keys,
): Promise<HostCheckResult> {
  const lines = server.lines(places);
  try {
    const checker = new Checker(new LocalChannel(), lines);
    return await checker.check({ name: "web-1", kind: "ssh", address: "127.0.0.1", root, ssh: server.target(changes) });
  } finally {
    await lines.close();
  }
}

/** What a person reads about the first trouble. */
function said({ troubles: [first] }: HostCheckResult, locale: "en" | "zh" = "en"): string {
  return first === undefined ? "" : (sentence(locale, "troubles", first.code, first.params) ?? "");
}

const TROUBLES: readonly (readonly [string, HostTroubleCode, (ask: typeof check) => Promise<HostCheckResult>])[] = [
  ["another user", "login_refused", (ask) => ask({ user: "nobody-at-all" })],
  [
    "a key that the host does not know",
    "login_refused",
    async (ask) => {
      await keyPair(join(server.folder, "stranger"));
      return await ask({ key: { kind: "file", file: "stranger" } });
    },
  ],
  ["a key file that is not there", "key_missing", (ask) => ask({ key: { kind: "file", file: "nothing" } })],
  [
    "a key file that others can read",
    "key_exposed",
    async (ask) => {
      await copyFile(join(server.folder, "id"), join(server.folder, "open"));
      await chmod(join(server.folder, "open"), 0o644);
      return await ask({ key: { kind: "file", file: "open" } });
    },
  ],
  [
    "the public half of a key",
    "key_invalid",
    async (ask) => {
      await chmod(join(server.folder, "id.pub"), 0o600);
      return await ask({ key: { kind: "file", file: "id.pub" } });
    },
  ],
  ["no agent", "agent_missing", (ask) => ask({ key: { kind: "agent" } })],
  ["a name that nobody knows", "name_unknown", (ask) => ask({ host: "no-such-host.invalid" })],
  ["a closed port", "port_closed", async (ask) => await ask({ port: await freePort("127.0.0.1") })],
  [
    "a server of something else",
    "not_ssh",
    async (ask) => await ask({ port: await listener("HTTP/1.0 400 Bad Request\r\n\r\n") }),
  ],
  ["a server that says nothing", "no_reply", async (ask) => await ask({ port: await listener(null) })],
  ["a shell that prints a banner", "shell_prints", (ask) => ask({ user: "chatty" })],
  ["/bin/false for a shell", "shell_refuses", (ask) => ask({ user: "closed" })],
  ["a folder of somebody else", "root_unusable", (ask) => ask({ user: "plain" })],
  ["a folder that is read-only", "root_unusable", (ask) => ask({}, join(folder, "fixed"))],
  ["no tar", "tool_missing", (ask) => ask({ user: "bare" })],
];

describe.skipIf(lacking !== "")(`the check of a host${lacking}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "check-"));
    await chmod(folder, 0o755);
    // Before the server starts: it has a table of mounts of its own from then on.
    await mkdir(join(folder, "small"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", join(folder, "small")]);
    await mkdir(join(folder, "fixed"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", join(folder, "fixed")]);
    const [bare, late] = [
      await tools("bare", {}, ["tar", "curl"]),
      await tools("late", { date: "echo $(($(/bin/date +%s) - 86400))" }),
    ];
    server = await TestServer.open({
      users: [
        { name: "plain", uid: 61_234 },
        { name: "chatty", uid: 61_235, shell: await shell("chatty", "echo 'Welcome to web-1!'") },
        { name: "closed", uid: 61_236, shell: "/bin/false" },
        { name: "bare", uid: 0, shell: await shell("bare-sh", `PATH=${bare}`) },
        { name: "late", uid: 0, shell: await shell("late-sh", `PATH=${late}`) },
      ],
    });
  });
  afterAll(async () => {
    for (const other of listeners) other.close();
    await server.dispose();
    execFileSync("umount", [join(folder, "small"), join(folder, "fixed")]);
    await rm(folder, { recursive: true });
  });

  it.each(VIAS)("finds nothing wrong with a host that is as it must be, and leaves nothing there (%s)", async (via) => {
    const srv = join(folder, `whole-${via}`);
    await mkdir(srv);
    expect(await check({ via }, srv)).toEqual({ hostKey: server.hostKey, address: "127.0.0.1", troubles: [] });
    expect(await readdir(srv)).toEqual([]);
  });

  it.each(VIAS)("shows the key of a host that nobody has accepted, and signs in nowhere before (%s)", async (via) => {
    const result = await check({ via, hostKey: null, user: "nobody-at-all" });
    expect(result.hostKey).toBe(server.hostKey);
    expect(result.troubles).toEqual([
      { code: "host_key_new", params: { host: "web-1", fingerprint: fingerprintOf(server.hostKey) } },
    ]);
  });

  it.each(VIAS)("refuses another key than the accepted one and names both (%s)", async (via) => {
    const other = await keyPair(join(folder, "other-host"));
    const result = await check({ via, hostKey: other });
    const params = { host: "web-1", accepted: fingerprintOf(other), found: fingerprintOf(server.hostKey) };
    expect(result.troubles).toEqual([{ code: "host_key_changed", params }]);
    expect(said(result)).toContain(`accepted was ${params.accepted}, shown is ${params.found}`);
  });

  describe.each(VIAS)("over SSH (%s)", (via) => {
    it.each(TROUBLES)("of a host with %s says so in one sentence with the host's name: %s", async (_, code, find) => {
      const result = await find((changes, root, places) => check({ via, ...changes }, root, places));
      expect(result.troubles[0]).toMatchObject({ code, params: { host: "web-1" } });
      expect(said(result)).toMatch(/web-1.*\.$/);
      expect(said(result)).not.toMatch(/\. [A-Z]/);
      expect(said(result, "zh")).toMatch(/web-1.*。$/);
      expect(said(result, "zh")).not.toMatch(/。./);
    });
  });

  it("finds the address that a name leads to, where nobody said one", async () => {
    const srv = join(folder, "named");
    await mkdir(srv);
    const checker = new Checker(new LocalChannel(), server.lines(server.keys));
    const named = { name: "web-1", kind: "ssh", address: null, root: srv } as const;
    const found = await checker.check({ ...named, ssh: server.target({ host: "localhost" }) });
    expect(found).toMatchObject({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), hostKey: server.hostKey });
    for (const [via, code] of [
      ["builtin", "name_unknown"],
      ["openssh", "address_unknown"],
    ] as const) {
      const lost = await checker.check({ ...named, ssh: server.target({ via, host: "no-such-host.invalid" }) });
      expect(lost).toEqual({
        hostKey: null,
        address: null,
        troubles: [{ code, params: { host: "web-1", address: "no-such-host.invalid" } }],
      });
    }
  });

  it("names every tool that is missing, and where to get it", async () => {
    const { troubles } = await check({ user: "bare" });
    expect(troubles.map(({ code }) => code)).toEqual(["tool_missing", "fetcher_missing"]);
    expect(troubles[0]?.params).toMatchObject({ tools: ["tar"], packages: ["tar"] });
  });

  it("sees a clock that is a day off", async () => {
    const { troubles } = await check({ user: "late" });
    expect(troubles).toMatchObject([{ code: "clock_off", params: { direction: "behind" } }]);
    expect(Number(troubles[0]?.params.seconds)).toBeGreaterThan(86_000);
  });

  it("sees a disk without room", async () => {
    const result = await check({}, join(folder, "small", "deep", "inside"));
    expect(result.troubles).toMatchObject([{ code: "root_full", params: { free: 2 } }]);
  });

  it("opens a key with its pass phrase, and says when it has none", async () => {
    const file = join(server.folder, "locked");
    await copyFile(join(server.folder, "id"), file);
    execFileSync("ssh-keygen", ["-q", "-p", "-a", "1", "-P", "", "-N", "open sesame", "-f", file], { stdio: "ignore" });
    const key = { kind: "file", file: "locked" } as const;
    for (const passphrase of [null, "wrong"]) {
      const { troubles } = await check({ key }, folder, { ...server.keys, passphrase });
      expect(troubles).toEqual([{ code: "key_locked", params: { host: "web-1", key: "locked" } }]);
    }
    expect((await check({ key }, folder, { ...server.keys, passphrase: "open sesame" })).troubles).toEqual([]);
  });
});

it("looks at a folder of this machine without any connection", async () => {
  const root = await mkdtemp(join(tmpdir(), "local-"));
  const checker = new Checker(
    new LocalChannel(),
    new AllLines({ keys: { folder: "/nowhere", passphrase: null, agent: null }, config: null }),
  );
  expect(await checker.check({ name: "here", kind: "local", address: "127.0.0.1", root })).toEqual({
    hostKey: null,
    address: "127.0.0.1",
    troubles: [],
  });
  await rm(root, { recursive: true });
});
