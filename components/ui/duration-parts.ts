export type Unit = "d" | "h" | "min" | "s" | "ms";

const SIZES: readonly (readonly [Unit, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/**
 * A length in seconds as a person says it: at most `most` neighbouring units, largest first, cut off rather than rounded up
 * ("59 s" never reads as "1 min"). Under a second it is milliseconds, zero is 0 s. Negative lengths count as zero.
 */
export function durationParts(seconds: number, most = 2): readonly { readonly unit: Unit; readonly count: number }[] {
  if (seconds > 0 && seconds < 1) return [{ unit: "ms", count: Math.max(1, Math.round(seconds * 1000)) }];
  let rest = Math.max(0, Math.floor(seconds));
  const first = SIZES.findIndex(([, size]) => rest >= size);
  if (first === -1) return [{ unit: "s", count: 0 }];
  return SIZES.slice(first, first + most).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [{ unit, count }];
  });
}
