import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { TONE_TEXT, type Tone } from "./chip";
import { cn } from "./cn";

const ICONS: Record<Tone, LucideIcon> = { ok: CircleCheck, busy: Info, warn: TriangleAlert, bad: CircleAlert, off: Info };
const BOX: Record<Tone, string> = {
  ok: "border-ok/40 bg-ok-soft",
  busy: "border-busy/40 bg-busy-soft",
  warn: "border-warn/40 bg-warn-soft",
  bad: "border-bad/40 bg-bad-soft",
  off: "border-line-strong/40 bg-off-soft",
};

interface BannerProps {
  readonly tone: Tone;
  readonly icon?: LucideIcon;
  /** What happened, bold. */
  readonly title?: ReactNode;
  /** What is true now. */
  readonly children?: ReactNode;
  /** What to do next: buttons. */
  readonly actions?: ReactNode;
  readonly className?: string;
  /** `alert` interrupts a screen reader; use it only for what a person has to know at once. */
  readonly role?: "status" | "alert";
}

export function Banner({ tone, icon, title, children, actions, className, role }: BannerProps) {
  const Icon = icon ?? ICONS[tone];
  return (
    <div
      role={role}
      className={cn("flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3.5 py-2", BOX[tone], className)}
    >
      <Icon aria-hidden className={cn("size-4 shrink-0", TONE_TEXT[tone])} />
      <div className="min-w-0 flex-1 basis-64">
        {title === undefined ? null : <b className="font-semibold">{title}</b>} {children}
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
