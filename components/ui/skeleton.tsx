import { cn } from "./cn";

/** A place held for something that loads: give it the size of what comes, so that nothing moves when it arrives.
 *  In a grid, that needs a column that may be narrower than it (`grid-cols-1`). */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block h-3 max-w-full animate-pulse-soft rounded-sm bg-off-soft", className)} />;
}

/** Rows of a dense table that is still loading. They take the share of a column that it has without them: none makes the table wider. */
export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  const widths = ["w-3/5", "w-full", "w-2/5", "w-4/5", "w-1/2", "w-1/3"];
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
