import { createHash } from "node:crypto";

const WORDS = ["amber", "basalt", "cedar", "delta", "ember", "fjord", "granite", "harbour", "indigo", "juniper", "kelp", "linen"];

/** Lines of data that look like a service's own, of about `bytes` bytes; the same for the same seed. */
export function ballast(seed: string, bytes: number): Buffer {
  const lines: string[] = [];
  let length = 0;
  for (let id = 1; length < bytes; id++) {
    const digest = createHash("sha256").update(`${seed}:${id}`).digest();
    const name = [digest[0], digest[1], digest[2]].map((byte) => WORDS[(byte ?? 0) % WORDS.length]).join(" ");
    const line = `${JSON.stringify({ id, name, price: digest.readUInt16LE(3) / 100, key: digest.toString("hex", 5, 21) })}\n`;
    lines.push(line);
    length += line.length;
  }
  return Buffer.from(lines.join(""));
}
