import type { ReactNode } from "react";
import { cn } from "./cn";

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        "inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-line bg-panel px-1 font-mono text-[11px] text-ink-3",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
