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

const SHORT = 20;

/**
 * A long name on one line: the middle gives way, both ends stay. What is selected, copied and read out is the whole name in
 * one piece; the two visible halves are a picture of it.
 */
export function MiddleEllipsis({ text, tail = 8, mono = false, copy = false, className }: MiddleEllipsisProps) {
  const cut = text.length - tail;
  return (
    <span
      className={cn(
        "group/copy inline-flex min-w-0 max-w-full items-center align-bottom",
        mono && "font-mono text-xs",
        className,
      )}
      title={text}
    >
      {text.length <= SHORT ? (
        <span className="truncate">{text}</span>
      ) : (
        <>
          <span className="sr-only">{text}</span>
          <span aria-hidden className="select-none truncate whitespace-pre">
            {text.slice(0, cut)}
          </span>
          <span aria-hidden className="shrink-0 select-none whitespace-pre">
            {text.slice(cut)}
          </span>
        </>
      )}
      {copy ? (
        <CopyButton text={text} className="-mr-6 ml-0.5 opacity-0 focus-visible:opacity-100 group-hover/copy:opacity-100" />
      ) : null}
    </span>
  );
}
