import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: ReactNode;
  /** It stands for the whole page: its title is the page's heading. */
  readonly page?: boolean;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** Nothing is here, and why, and how to begin. */
export function EmptyState({ icon: Icon, title, page = false, children, actions, className }: EmptyStateProps) {
  return (
    <div className={cn("grid justify-items-center gap-1.5 px-6 py-10 text-center", className)}>
      <Icon aria-hidden className="mb-1 size-6 text-ink-3" strokeWidth={1.5} />
      {page ? <h1 className="font-semibold text-base">{title}</h1> : <p className="font-semibold">{title}</p>}
      {children === undefined ? null : <div className="max-w-[60ch] text-ink-2">{children}</div>}
      {actions === undefined ? null : <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
