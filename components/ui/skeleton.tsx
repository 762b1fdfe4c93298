import { cn } from "./cn";

/** A place held for something that loads: give it the size of what comes, so that nothing moves when it arrives.
 *  In a grid, that needs a column that may be narrower than it (`grid-cols-1`). */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block h-3 max-w-full animate-pulse-soft rounded-sm bg-off-soft", className)} />;
}

/** Rows of a dense table that is still loading. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  const widths = ["w-24", "w-40", "w-16", "w-32", "w-20", "w-12"];
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <td key={column}>
          <Skeleton className={widths[(row + column) % widths.length]} />
        </td>
      ))}
    </tr>
  ));
}
