import { cn } from "./cn";

/** CSS colour of a version's stored colour number (0–7); a version without one is grey. */
export function versionColor(color: number | null): string {
  return color === null ? "var(--off)" : `var(--v${((color % 8) + 8) % 8})`;
}

export function versionInk(color: number | null): string {
  return color === null ? "var(--panel)" : `var(--on-v${((color % 8) + 8) % 8})`;
}

/** The small square in front of a version. Decoration: the version's text stands beside it. */
export function VersionDot({ color, faded = false, className }: { color: number | null; faded?: boolean; className?: string }) {
  return (
    <span
      aria-hidden
      className={cn("inline-block size-2 shrink-0 rounded-[2px]", className)}
      style={{ background: faded ? `color-mix(in oklab, ${versionColor(color)} 70%, var(--panel))` : versionColor(color) }}
    />
  );
}

/** A version as it is written everywhere: its square and its name in monospace. `""` (nothing runs) is a dash. */
export function VersionName({ version, color, className }: { version: string; color: number | null; className?: string }) {
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-1.5 font-mono text-xs", className)}>
      {version === "" ? null : <VersionDot color={color} />}
      <span className="truncate" title={version}>
        {version === "" ? "–" : version}
      </span>
    </span>
  );
}
