"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { IconButton } from "./icon-button";

interface SheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Stays at the bottom: what one came to do. */
  readonly footer?: ReactNode;
  /** Takes room for a table. */
  readonly wide?: boolean;
  readonly initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
}

/** A side sheet; the whole screen on narrow ones. Escape, the scrim and the cross close it; focus goes back to where it came from. */
export function Sheet({ open, onOpenChange, title, description, children, footer, wide = false, initialFocus }: SheetProps) {
  const t = useTranslations("ui");
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          initialFocus={initialFocus}
          className={cn(
            "fixed inset-y-0 right-0 z-40 flex flex-col bg-panel shadow-sheet outline-none transition-transform duration-150 data-ending-style:translate-x-8 data-starting-style:translate-x-8 max-sm:w-full",
            wide ? "w-[min(1080px,100vw)]" : "w-[min(540px,100vw)]",
          )}
        >
          <header className="flex items-start gap-3 border-line border-b px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Base.Title className="font-semibold text-lg">{title}</Base.Title>
              {description === undefined ? null : <Base.Description className="text-ink-2">{description}</Base.Description>}
            </div>
            <Base.Close
              render={
                <IconButton label={t("close")}>
                  <X aria-hidden />
                </IconButton>
              }
            />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 py-4">{children}</div>
          {footer === undefined ? null : (
            <footer className="flex flex-wrap items-center gap-2 border-line border-t px-5 py-3">{footer}</footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
