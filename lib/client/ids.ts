/**
 * A new idempotency key, made in the browser when a form or a button is shown: sorts by time, is unique without asking.
 * `prefix` says the kind at a glance (`ro`, `rb`). Uses only the alphabet of the contract.
 */
export function newId(prefix: "ro" | "rb", now: Date = new Date()): string {
  const at = now.getTime().toString(36).padStart(9, "0");
  const random = crypto.getRandomValues(new Uint8Array(6)).reduce((text, byte) => text + (byte % 36).toString(36), "");
  return `${prefix}-${at}${random}`;
}
