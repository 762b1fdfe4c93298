"use client";

import { Popover } from "@base-ui/react/popover";
import { Check, TriangleAlert, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement, ReactNode, RefObject } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { type Dock, PopoverContent, PopoverTitle } from "@/components/ui/popover";
import type { PlanWire } from "@/lib/api/contract";
import { PlanSkeleton, PlanView } from "./plan-view";

interface PlanPopoverProps {
  readonly trigger: ReactElement;
  readonly open: boolean;
  /** `press` and `focus` of the trigger are the button's own matter and are not reported. */
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly plan: PlanWire | undefined;
  readonly error: unknown;
  /** Last line: what a click does. */
  readonly note: ReactNode;
  /** The question, when the plan asks: its button has the focus. */
  readonly ask: { readonly label: ReactNode; readonly confirm: () => void; readonly dismiss: () => void } | null;
  readonly anchor: RefObject<Element | null>;
  readonly placement: "row" | "page";
  readonly dock: Dock;
}

const TONE = {
  ready: { tone: "ok", icon: Check },
  caution: { tone: "warn", icon: TriangleAlert },
  refused: { tone: "bad", icon: X },
} as const;

/** The plan beside the button, never over another row's buttons: in a row it stands left of the whole action cell. */
export function PlanPopover({
  trigger,
  open,
  onOpenChange,
  title,
  plan,
  error,
  note,
  ask,
  anchor,
  placement,
  dock,
}: PlanPopoverProps) {
  const t = useTranslations("rollback");
  const sentences = useSentences();
  const look = plan === undefined ? null : TONE[plan.tone];
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next, details) => {
        if (details.reason === "trigger-press") return;
        if (details.reason === "escape-key" && ask !== null) ask.dismiss();
        else onOpenChange(next);
      }}
    >
      <Popover.Trigger openOnHover delay={120} closeDelay={120} render={trigger} />
      <PopoverContent
        anchor={anchor}
        side={placement === "row" ? "left" : "bottom"}
        align={placement === "row" ? "start" : "end"}
        initialFocus={false}
        finalFocus={false}
        dock={dock}
        className="w-[350px] max-sm:w-auto"
      >
        <div className="flex min-h-6 items-center justify-between gap-3">
          <PopoverTitle className="font-semibold text-sm">{title}</PopoverTitle>
          {look === null || plan === undefined ? null : (
            <Chip tone={look.tone} icon={look.icon}>
              {t(`tone.${plan.tone}`)}
            </Chip>
          )}
        </div>
        {plan !== undefined ? (
          <PlanView plan={plan} />
        ) : error !== null ? (
          <p className="my-2 text-ink-2">{t("planFailed", { why: sentences.problem(error) })}</p>
        ) : (
          <PlanSkeleton />
        )}
        {ask === null ? (
          <p className="text-ink-3">{note}</p>
        ) : (
          <div className="flex flex-wrap gap-2 pt-1">
            <Button variant="primary" ref={focusOnArrival} onClick={ask.confirm}>
              {ask.label}
            </Button>
            <Button variant="quiet" onClick={ask.dismiss}>
              {t("leave")}
            </Button>
          </div>
        )}
      </PopoverContent>
    </Popover.Root>
  );
}

/** The focus goes to the question: it arrives in a popover that is already open. */
function focusOnArrival(element: HTMLButtonElement | null): void {
  element?.focus();
}
