import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 rounded-lg border border-line bg-panel", className)} {...props} />;
}

/** The card's first line: its name on the left, what belongs to it on the right. */
export function CardHeader({
  title,
  children,
  className,
  id,
}: {
  title: ReactNode;
  children?: ReactNode;
  className?: string;
  id?: string;
}) {
  return (
    <div
      className={cn(
        "flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-line-soft border-b px-3.5 py-1.5",
        className,
      )}
    >
      <h2 id={id}>{title}</h2>
      {children === undefined ? null : <div className="flex items-center gap-2 text-ink-3">{children}</div>}
    </div>
  );
}
