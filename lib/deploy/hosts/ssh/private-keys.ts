import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import ssh2 from "ssh2";
import type { SshKey } from "../../ports";
import { SshTrouble } from "./trouble";

/** Where a worker finds what it signs in with. None of it is ever written anywhere. */
export interface KeyPlaces {
  /** Folder of the private keys. */
  readonly folder: string;
  /** Pass phrase of those that are encrypted; null = none was given. */
  readonly passphrase: string | null;
  /** Socket of the agent; null = there is none. */
  readonly agent: string | null;
}

export type Credentials = { readonly privateKey: ssh2.ParsedKey } | { readonly agent: string };

/** What a program of this machine signs in with on its own: a file's path, or an agent's socket. */
export type Identity = { readonly file: string } | { readonly agent: string };

interface Opened {
  /** Changes when the file is replaced. */
  readonly stamp: string;
  readonly key: ssh2.ParsedKey;
}

/** What a worker signs in with. A key that is replaced on the disk is the new one from the next connection on. */
export class PrivateKeys {
  /** Opening one with a pass phrase costs a second of computing: that is its point. */
  private readonly opened = new Map<string, Opened>();

  constructor(private readonly places: KeyPlaces) {}

  /** For the host of this name. Throws SshTrouble. */
  async credentialsFor(host: string, key: SshKey): Promise<Credentials> {
    switch (key.kind) {
      case "agent":
        return this.agentFor(host);
      case "file":
        return { privateKey: await this.fromFile({ host, key: key.file }, join(this.places.folder, key.file)) };
      default:
        return key satisfies never;
    }
  }

  /**
   * The same for a program of this machine. It is given no pass phrase, which it would hand on to whoever asks on the way to the host.
   * Throws SshTrouble.
   */
  async identityFor(host: string, key: SshKey): Promise<Identity> {
    if (key.kind === "agent") return this.agentFor(host);
    const params = { host, key: key.file };
    const file = join(this.places.folder, key.file);
    const { text } = await readPrivately(params, file);
    if (asksForPassphrase(text)) throw new SshTrouble("key_needs_agent", params);
    open(params, text, null);
    return { file };
  }

  private agentFor(host: string): { readonly agent: string } {
    if (this.places.agent === null) throw new SshTrouble("agent_missing", { host });
    return { agent: this.places.agent };
  }

  private async fromFile(params: KeyParams, path: string): Promise<ssh2.ParsedKey> {
    const { stamp, text } = await readPrivately(params, path);
    const known = this.opened.get(path);
    if (known?.stamp === stamp) return known.key;
    const key = open(params, text, this.places.passphrase);
    this.opened.set(path, { stamp, key });
    return key;
  }
}

type KeyParams = Readonly<Record<"host" | "key", string>>;

async function readPrivately(params: KeyParams, path: string): Promise<{ readonly stamp: string; readonly text: Buffer }> {
  try {
    const { mode, mtimeMs, ino, size } = await stat(path);
    if ((mode & 0o077) !== 0) throw new SshTrouble("key_exposed", params);
    return { stamp: `${ino} ${mtimeMs} ${size}`, text: await readFile(path) };
  } catch (cause) {
    if (cause instanceof SshTrouble) throw cause;
    throw new SshTrouble("key_missing", params, { cause });
  }
}

function open(params: KeyParams, text: Buffer, passphrase: string | null): ssh2.ParsedKey {
  const parsed = parse(text, undefined);
  if (parsed !== null) {
    if (!parsed.isPrivateKey()) throw new SshTrouble("key_invalid", params);
    return parsed;
  }
  if (!asksForPassphrase(text)) throw new SshTrouble("key_invalid", params);
  const unlocked = passphrase === null ? null : parse(text, passphrase);
  if (unlocked === null) throw new SshTrouble("key_locked", params);
  return unlocked;
}

function parse(text: Buffer, passphrase: string | undefined): ssh2.ParsedKey | null {
  const parsed: ssh2.ParsedKey | ssh2.ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase);
  if (parsed instanceof Error) return null;
  return [parsed].flat()[0] ?? null;
}

/** OpenSSH's own format names the cipher behind its magic word; PEM says it in a header. */
function asksForPassphrase(text: Buffer): boolean {
  const pem = text.toString("latin1");
  if (/^(?:Proc-Type: 4,ENCRYPTED|-----BEGIN ENCRYPTED PRIVATE KEY-----)/m.test(pem)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, "base64");
  const length = bytes.length > 19 ? bytes.readUInt32BE(15) : 0;
  const cipher = bytes.subarray(19, 19 + length).toString("latin1");
  return bytes.subarray(0, 14).toString("latin1") === "openssh-key-v1" && cipher !== "none";
}
