import { cn } from "./cn";
import { CopyButton } from "./copy-button";

interface MiddleEllipsisProps {
  readonly text: string;
  /** Characters that always stay at the end. */
  readonly tail?: number;
  readonly mono?: boolean;
  /** Shows a copy button on hover and focus. */
  readonly copy?: boolean;
  readonly className?: string;
}

/** A long name on one line: the middle gives way, both ends stay. Selecting it by hand copies the whole. */
export function MiddleEllipsis({ text, tail = 8, mono = false, copy = false, className }: MiddleEllipsisProps) {
  const cut = Math.max(0, text.length - tail);
  return (
    <span className={cn("group/copy inline-flex min-w-0 max-w-full items-center", mono && "font-mono text-xs", className)} title={text}>
      <span className="truncate whitespace-pre">{text.slice(0, cut)}</span>
      <span className="shrink-0 whitespace-pre">{text.slice(cut)}</span>
      {copy ? <CopyButton text={text} className="ml-1 opacity-0 focus-visible:opacity-100 group-hover/copy:opacity-100" /> : null}
    </span>
  );
}
