import { z } from "zod";
import { HOST_TROUBLES } from "@/lib/deploy/domain/host-troubles";
import { fitting, hostName, labels, line, page, port } from "./fields";
import type { Format } from "./formats";

const sshKey = z.discriminatedUnion("kind", [
  /** A file in the folder of keys on the machine of the workers. */
  z.strictObject({ kind: z.literal("file"), file: fitting(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "key_file") }),
  z.strictObject({ kind: z.literal("agent") }),
]);
/** A public key as `type base64`, without a comment. */
const hostKey = fitting(
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]{40,4096}={0,2}$/,
  "host_key" satisfies Format,
);
/** `openssh`: the system's `ssh` on the machine of the workers, with its configuration. */
const sshVia = z.enum(["builtin", "openssh"]);
const sshTarget = z.strictObject({
  via: sshVia.default("builtin"),
  user: fitting(/^[a-z_][a-z0-9_-]{0,31}$/, "user"),
  /** Name or address to connect to; null = the host's address. */
  host: z
    .union(
      [fitting(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/, "network_name"), z.ipv6()],
      "network_name" satisfies Format,
    )
    .nullable()
    .default(null),
  port: port.default(22),
  key: sshKey,
  /** null = not accepted yet: a check shows it, and asks nothing else of the host. */
  host_key: hostKey.nullable().default(null),
});

export const host = z.object({
  name: z.string(),
  kind: z.enum(["local", "ssh"]),
  address: z.string(),
  root: z.string(),
  zone: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  state: z.enum(["active", "draining", "retired"]),
  reachable: z.boolean().nullable(),
  last_answer_at: z.string().nullable(),
  /** Why it does not answer, in English; null while it answers. */
  error: z.string().nullable(),
  /** The same as a code and its parameters, for a sentence in another language; null too where an older build wrote `error`. */
  trouble: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }).nullable(),
  /** How it is reached; null for a host of kind `local`. */
  ssh: z
    .object({
      via: sshVia,
      user: z.string(),
      host: z.string().nullable(),
      port: z.number().int(),
      key: sshKey,
      /** Of the key that was accepted. */
      fingerprint: z.string(),
    })
    .nullable(),
  instances: z.array(
    z.object({
      instance_id: z.string(),
      service: z.string(),
      version: z.string(),
      color: z.number().int().nullable(),
      status: z.enum(["active", "pending", "error"]),
      port: z.number().int(),
    }),
  ),
});
export type HostWire = z.infer<typeof host>;
export const hostPage = page(host);

const place = {
  /** `check` is the name of a path beside those of the hosts. */
  name: hostName.refine((name) => name !== "check", "name" satisfies Format),
  address: z.union([z.ipv4(), z.ipv6()], "ip_address" satisfies Format),
  root: fitting(/^\/[^\p{Cc}]*$/u, "absolute_folder").max(1024),
};
const description = { zone: line(63).nullable().default(null), labels: labels.default({}) };

/** A draining host takes no new instances. */
export const hostUpdate = z.strictObject({ state: z.enum(["active", "draining"]) });

export const hostInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("local"), ...place, ...description }),
  z.strictObject({ kind: z.literal("ssh"), ...place, ssh: sshTarget.extend({ host_key: hostKey }), ...description }),
]);

/** A host that could be added. */
export const hostCheckInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("local"), ...place }),
  z
    .strictObject({
      kind: z.literal("ssh"),
      ...place,
      /** null = the one that the name in `ssh.host` leads to: the answer says it. */
      address: place.address.nullable().default(null),
      ssh: sshTarget,
    })
    .refine(({ address, ssh }) => address !== null || ssh.host !== null, {
      path: ["address"],
      message: "ip_address" satisfies Format,
    }),
]);

export const hostCheck = z.object({
  /** It can carry instances as it is. */
  ok: z.boolean(),
  /** What the host showed; null where it was not reached, or is of kind `local`. */
  host_key: z.object({ type: z.string(), public_key: z.string(), fingerprint: z.string() }).nullable(),
  /** Where its instances would be asked; null where none was said and the name leads nowhere. */
  address: z.string().nullable(),
  troubles: z.array(
    z.object({
      code: z.enum(HOST_TROUBLES),
      /** Instances run on it all the same. */
      bearable: z.boolean(),
      params: z.record(z.string(), z.unknown()),
      /** One sentence with the next step, in the reader's language. */
      message: z.string(),
    }),
  ),
});
export type HostCheckWire = z.infer<typeof hostCheck>;

export const hostKeyInput = z.strictObject({ host_key: hostKey });
