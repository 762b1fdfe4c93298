/** Quantities as people read them, in the language of `locale`. */

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes in powers of 1,000: "5.2 MB". */
export function sizeText(bytes: number, locale: string): string {
  const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return unit(bytes / 1000 ** power, SIZES[power] ?? "byte", locale, power === 0 ? 0 : 1);
}

function unit(value: number, name: string, locale: string, digits = 0): string {
  // Its short form has no plural in English: "549 byte".
  const unitDisplay = name === "byte" ? "long" : "short";
  return new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay, maximumFractionDigits: digits }).format(value);
}

/** The first and last four digits of a digest; whole where it is short. */
export function digestText(digest: string): string {
  return digest.length <= 12 ? digest : `${digest.slice(0, 4)}…${digest.slice(-4)}`;
}
