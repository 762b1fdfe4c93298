/** Every setting, parsed once from the environment. */
import { userInfo } from "node:os";
import path from "node:path";
import { z } from "zod";

const flag = z.enum(["0", "1"]).transform((value) => value === "1");
const list = z.string().transform((value) =>
  value
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== ""),
);

const environment = z.object({
  /** PostgreSQL; `npm start` sets it to the embedded one. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "a PostgreSQL address such as postgresql://user:password@host:5432/database"),
  /** Connections of this process's pool. */
  SLIPWAY_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** Folder of everything that is kept outside the database. */
  SLIPWAY_DATA: z.string().min(1).default(".slipway"),
  /** Who acts where nothing else says it: the person at this machine. */
  SLIPWAY_PERSON: z.string().trim().min(1).max(128).optional(),
  /** Names besides the loopback ones under which the console may be asked for, comma separated, without ports. */
  SLIPWAY_HOSTS: list.default([]),
  /** Where hosts reach the console to fetch packages: `http` or `https`, a name or address, a port. `npm start` sets its own. */
  SLIPWAY_URL: z
    .url({ protocol: /^https?$/, error: "an address such as https://slipway.example" })
    .refine((value) => URL.canParse(value) && new URL(value).href === `${new URL(value).origin}/`, "an address without a path")
    .optional(),
  /** Packages may come from private networks (RFC 1918 and the like). */
  SLIPWAY_ALLOW_PRIVATE_PACKAGES: flag.default(false),
  /** Packages may come from this machine itself: the demo's shelf. */
  SLIPWAY_ALLOW_LOOPBACK_PACKAGES: flag.optional(),
  /** Seconds that a version must have run before a rollback to it needs no second look. */
  SLIPWAY_TRUSTED_AFTER: z.coerce.number().int().min(0).max(86_400).default(600),
  /** Folder of the private keys that workers sign in to hosts with. */
  SLIPWAY_SSH_KEYS: z.string().min(1).optional(),
  /** Pass phrase of those keys that are encrypted. */
  SLIPWAY_SSH_PASSPHRASE: z.string().min(1).optional(),
  /** Configuration of the system's `ssh`, for hosts that are reached with it, instead of `~/.ssh/config`. */
  SLIPWAY_SSH_CONFIG: z.string().min(1).optional(),
  /** Socket of the agent that hosts may be signed in to with. */
  SSH_AUTH_SOCK: z.string().optional(),
  /** The demo fleet on this machine. */
  SLIPWAY_DEMO: flag.default(false),
  /** First of the ports that the demo's instances take on their addresses. */
  SLIPWAY_DEMO_PORT: z.coerce.number().int().min(1024).max(65_000).default(18_400),
  SLIPWAY_LOG: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
});

export interface Config {
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly dataFolder: string;
  readonly person: string;
  readonly hosts: readonly string[];
  /** Where hosts reach the console; null = they do not. */
  readonly url: string | null;
  readonly packages: { readonly allowPrivate: boolean; readonly allowLoopback: boolean };
  /** What workers sign in to hosts with. */
  readonly sshKeys: { readonly folder: string; readonly passphrase: string | null; readonly agent: string | null };
  /** Configuration of the system's `ssh`; null = that of the user. */
  readonly sshConfig: string | null;
  readonly demo: boolean;
  readonly demoPort: number;
  readonly trustedAfterS: number;
  readonly log: "silent" | "error" | "warn" | "info" | "debug";
  /** Folder of the migrations that this build needs. */
  readonly migrations: string;
}

/** @throws Error that names each bad setting, in one sentence a setting; never its value, which may be a secret. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, root = process.cwd()): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}.`).join(" "));
  }
  const set = parsed.data;
  return {
    databaseUrl: set.DATABASE_URL,
    poolSize: set.SLIPWAY_POOL,
    dataFolder: path.resolve(root, set.SLIPWAY_DATA),
    person: set.SLIPWAY_PERSON ?? userInfo().username,
    hosts: set.SLIPWAY_HOSTS,
    url: set.SLIPWAY_URL ?? null,
    packages: {
      allowPrivate: set.SLIPWAY_ALLOW_PRIVATE_PACKAGES,
      allowLoopback: set.SLIPWAY_ALLOW_LOOPBACK_PACKAGES ?? set.SLIPWAY_DEMO,
    },
    sshKeys: {
      folder: path.resolve(root, set.SLIPWAY_SSH_KEYS ?? path.join(set.SLIPWAY_DATA, "ssh")),
      passphrase: set.SLIPWAY_SSH_PASSPHRASE ?? null,
      agent: set.SSH_AUTH_SOCK || null,
    },
    sshConfig: set.SLIPWAY_SSH_CONFIG === undefined ? null : path.resolve(root, set.SLIPWAY_SSH_CONFIG),
    demo: set.SLIPWAY_DEMO,
    demoPort: set.SLIPWAY_DEMO_PORT,
    trustedAfterS: set.SLIPWAY_TRUSTED_AFTER,
    log: set.SLIPWAY_LOG,
    migrations: path.join(root, "prisma", "migrations"),
  };
}
