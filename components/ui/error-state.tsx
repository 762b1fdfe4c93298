"use client";

import { CircleAlert, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";

interface ErrorStateProps {
  /** What happened. */
  readonly happened: ReactNode;
  /** What is true now. */
  readonly now?: ReactNode;
  /** What to do next, in words. */
  readonly next?: ReactNode;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** Something went wrong: what happened, what is true now, and what to do next. */
export function ErrorState({ happened, now, next, onRetry, actions, className }: ErrorStateProps) {
  const t = useTranslations("ui");
  return (
    <div role="alert" className={cn("grid justify-items-center gap-1 px-6 py-10 text-center", className)}>
      <CircleAlert aria-hidden className="mb-1 size-6 text-bad" strokeWidth={1.5} />
      <p className="font-semibold">{happened}</p>
      {now === undefined ? null : <p className="max-w-[60ch] text-ink-2">{now}</p>}
      {next === undefined ? null : <p className="max-w-[60ch] text-ink-2">{next}</p>}
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        {onRetry === undefined ? null : (
          <Button onClick={onRetry}>
            <RotateCw aria-hidden />
            {t("retry")}
          </Button>
        )}
        {actions}
      </div>
    </div>
  );
}
