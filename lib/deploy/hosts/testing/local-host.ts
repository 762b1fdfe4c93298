import { chmod, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalTransport } from "../local";
import { cleanEnvironment } from "../local-channel";
import type { TestHost } from "./site";

export type Shell = "dash" | "bash" | "busybox";

/** Folders of a release are read-only, also for who wants to delete them. */
export async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

export interface LocalHostOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder to use as the host's root, instead of one of its own. */
  readonly root?: string;
  readonly address?: string;
}

export const testEnvironment = (more: Readonly<Record<string, string>> = {}) => ({ ...cleanEnvironment(process.env), ...more });

export async function localHost(options: LocalHostOptions = {}): Promise<TestHost> {
  const root = options.root ?? (await mkdtemp(join(tmpdir(), "host test ")));
  const transport = await createLocalTransport({ environment: testEnvironment(options.environment) });
  return {
    transport,
    host: { name: "one", kind: "local", address: "127.0.0.1", root },
    address: options.address ?? "127.0.0.1",
    async dispose() {
      await transport.close();
      if (options.root !== undefined) return;
      await makeWritable(root);
      // The keeper of a stopped service writes its exit code a moment after the process is gone.
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/**
 * A PATH whose `sh` is the shell named. For busybox every tool is busybox's own, except flock and curl, which some of its
 * builds lack; node runs the test services.
 */
export async function pathWith(
  shell: Shell,
  folder: string,
  tools: { readonly applets: readonly string[]; readonly paths: Readonly<Record<string, string>> },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const link = (name: string) => {
    const target = tools.paths[name];
    if (target === undefined) throw new Error(`this machine has no ${name}`);
    return target;
  };
  if (shell !== "busybox") {
    await symlink(link(shell), join(folder, "sh"));
    return `${folder}:${process.env.PATH ?? ""}`;
  }
  for (const applet of tools.applets) await symlink(link("busybox"), join(folder, applet));
  for (const other of ["flock", "curl", "node"]) {
    await rm(join(folder, other), { force: true });
    await symlink(link(other), join(folder, other));
  }
  return folder;
}
