"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the safe one first. */
  readonly footer?: ReactNode;
  readonly initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
  readonly className?: string;
}

/** A question in the middle of the page. */
export function Dialog({ open, onOpenChange, title, description, children, footer, initialFocus, className }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          initialFocus={initialFocus}
          className={cn(
            "fixed top-[14vh] left-1/2 z-40 flex max-h-[76vh] w-[min(460px,calc(100vw-24px))] -translate-x-1/2 flex-col gap-3 overflow-auto rounded-lg border border-line bg-panel p-5 shadow-sheet outline-none",
            className,
          )}
        >
          <div>
            <Base.Title className="font-semibold text-lg">{title}</Base.Title>
            {description === undefined ? null : <Base.Description className="mt-1 text-ink-2">{description}</Base.Description>}
          </div>
          {children}
          {footer === undefined ? null : <div className="flex flex-wrap justify-end gap-2 pt-1">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
