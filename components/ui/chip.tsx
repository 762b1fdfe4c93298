import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type Tone = "ok" | "busy" | "warn" | "bad" | "off";

export const TONE_TEXT: Record<Tone, string> = {
  ok: "text-ok",
  busy: "text-busy",
  warn: "text-warn",
  bad: "text-bad",
  off: "text-off",
};

const TONE_CHIP: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  busy: "bg-busy-soft text-busy",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  off: "bg-off-soft text-off",
};

/** A state: always an icon and a word, so that colour is never alone. `spin` turns the icon slowly while something moves. */
export function Chip({
  tone,
  icon: Icon,
  spin = false,
  className,
  children,
  title,
}: {
  tone: Tone;
  icon: LucideIcon;
  spin?: boolean;
  className?: string;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={cn(
        "inline-flex h-5 max-w-full items-center gap-1 whitespace-nowrap rounded-[5px] px-1.5 font-[550] text-xs",
        TONE_CHIP[tone],
        className,
      )}
    >
      <Icon aria-hidden className={cn("size-3 shrink-0", spin && "animate-spin-slow")} strokeWidth={2.5} />
      <span className="truncate">{children}</span>
    </span>
  );
}
