/** Public keys of hosts, as `type base64`: the form of `known_hosts` and of the key files beside a server's configuration. */
import { createHash } from "node:crypto";

/** The SHA-256 fingerprint as OpenSSH prints it. */
export function fingerprintOf(publicKey: string): string {
  const digest = createHash("sha256").update(blobOf(publicKey)).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

export function keyTypeOf(publicKey: string): string {
  return publicKey.slice(0, publicKey.indexOf(" "));
}

/** The key as it is sent on the wire, which begins with its type. */
export function blobOf(publicKey: string): Buffer {
  return Buffer.from(publicKey.slice(publicKey.indexOf(" ") + 1), "base64");
}

/** The type that the bytes of a key begin with; null for bytes that are no key. */
function typeIn(blob: Buffer): string | null {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const type = blob.subarray(4, 4 + length).toString("latin1");
  return /^[a-z0-9@.-]{3,64}$/.test(type) ? type : null;
}

export function isPublicKey(blob: Buffer): boolean {
  return typeIn(blob) !== null;
}

/** The key that a server showed, as one line. Throws RangeError for bytes that are no key. */
export function publicKeyOf(blob: Buffer): string {
  const type = typeIn(blob);
  if (type === null) throw new RangeError("not a public key");
  return `${type} ${blob.toString("base64")}`;
}

/** A whole line: its base64 is the key's own and begins with the type that stands before it. */
export function isHostKey(line: string): boolean {
  const blob = blobOf(line);
  return isPublicKey(blob) && publicKeyOf(blob) === line;
}
