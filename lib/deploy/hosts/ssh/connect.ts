import { timingSafeEqual } from "node:crypto";
import { connect as dialTcp, type Socket } from "node:net";
import ssh2 from "ssh2";
import { blobOf, fingerprintOf, isPublicKey, keyTypeOf, publicKeyOf } from "@/lib/host-key";
import type { HostTroubleCode } from "../../domain/host-troubles";
import { gatherWrites } from "./gathered-writes";
import { type Destination, placeOf } from "./line";
import type { Credentials, PrivateKeys } from "./private-keys";
import { SshTrouble } from "./trouble";

const KEEP_ALIVE_MS = 5_000;
const MOST_UNANSWERED = 3;
/** The ciphers that this machine's processors do themselves come first. */
const CIPHERS = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"] as const;
const RSA = ["rsa-sha2-512", "rsa-sha2-256"] as const;

const DIAL_CODES: Readonly<Record<string, HostTroubleCode>> = {
  ENOTFOUND: "name_unknown",
  EAI_AGAIN: "name_unknown",
  EAI_FAIL: "name_unknown",
  ECONNREFUSED: "port_closed",
  ETIMEDOUT: "no_reply",
};

/**
 * Opens a connection and signs in. `onHostKey` is told the key that the server showed, whatever becomes of it. Only a server with the
 * accepted key is signed in to. `withinMs` bounds the connection and then, once more, the handshake. Throws SshTrouble.
 */
export async function connect(
  to: Destination,
  keys: PrivateKeys,
  withinMs: number,
  onHostKey: (publicKey: string) => void = () => undefined,
): Promise<ssh2.Client> {
  const credentials = await keys.credentialsFor(to.name, to.ssh.key);
  const socket = await dial(to, withinMs);
  return await new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let shown: string | null = null;
    let greeted = false;
    const fail = (error: SshTrouble) => {
      client.destroy();
      socket.destroy();
      reject(error);
    };
    client.once("handshake", () => {
      greeted = true;
    });
    client.once("ready", () => resolve(client));
    client.once("close", () => fail(troubleOf(to, new Error("closed"), shown, greeted)));
    // For ever: an error without a listener would end the process.
    client.on("error", (error) => fail(troubleOf(to, error, shown, greeted)));
    client.connect({
      sock: socket,
      username: to.ssh.user,
      authHandler: [authMethod(to.ssh.user, credentials)],
      readyTimeout: withinMs,
      keepaliveInterval: KEEP_ALIVE_MS,
      keepaliveCountMax: MOST_UNANSWERED,
      algorithms: {
        serverHostKey: { prepend: hostKeyAlgorithms(to.ssh.hostKey), append: [], remove: [] },
        cipher: { prepend: [...CIPHERS], append: [], remove: [] },
      },
      hostVerifier: (key: Buffer) => {
        if (!isPublicKey(key)) return false;
        shown = publicKeyOf(key);
        onHostKey(shown);
        return to.ssh.hostKey !== null && sameKey(key, blobOf(to.ssh.hostKey));
      },
    });
  });
}

function authMethod(username: string, credentials: Credentials): ssh2.AnyAuthMethod {
  if ("agent" in credentials) return { type: "agent", username, agent: credentials.agent };
  return { type: "publickey", username, key: credentials.privateKey };
}

function dial(to: Destination, withinMs: number): Promise<Socket> {
  const at = placeOf(to);
  return new Promise((resolve, reject) => {
    const socket = dialTcp({ host: at.address, port: at.port, noDelay: true });
    const timer = setTimeout(() => give(new SshTrouble("no_reply", at)), withinMs);
    const give = (error: SshTrouble) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const onError = (cause: Error & { code?: string }) =>
      give(new SshTrouble(DIAL_CODES[cause.code ?? ""] ?? "no_route", at, { cause }));
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", onError);
      gatherWrites(socket);
      resolve(socket);
    });
  });
}

function troubleOf(
  to: Destination,
  cause: Error & { readonly level?: string },
  shown: string | null,
  greeted: boolean,
): SshTrouble {
  const at = placeOf(to);
  const { name, ssh } = to;
  const found = shown === null ? null : fingerprintOf(shown);
  if (found !== null && !greeted) {
    if (ssh.hostKey === null) return new SshTrouble("host_key_new", { host: name, fingerprint: found });
    const accepted = fingerprintOf(ssh.hostKey);
    if (accepted !== found) return new SshTrouble("host_key_changed", { host: name, accepted, found });
  }
  if (cause.level === "client-authentication" || cause.level === "agent") {
    const key = ssh.key.kind === "file" ? ssh.key.file : null;
    return new SshTrouble("login_refused", { host: name, user: ssh.user, key }, { cause });
  }
  if (cause.level === "client-timeout") return new SshTrouble("no_reply", at, { cause });
  if (cause.level === "handshake") return new SshTrouble("no_common_algorithm", at, { cause });
  return new SshTrouble(greeted ? "connection_lost" : "not_ssh", at, { cause });
}

function hostKeyAlgorithms(hostKey: string | null): ssh2.ServerHostKeyAlgorithm[] {
  const type = hostKey === null ? "ssh-ed25519" : keyTypeOf(hostKey);
  switch (type) {
    case "ssh-rsa":
      return [...RSA];
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384":
    case "ecdsa-sha2-nistp521":
      return [type];
    default:
      return ["ssh-ed25519"];
  }
}

function sameKey(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
