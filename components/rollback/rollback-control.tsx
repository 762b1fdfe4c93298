"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type MouseEvent, type ReactNode, useRef, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { buttonStyles } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { secondsLeft } from "@/components/ui/countdown";
import { useNow } from "@/components/ui/now";
import type { Dock } from "@/components/ui/popover";
import type { PlanWire, PreviewParamsWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { previewQuery } from "@/lib/client/queries/services";
import { ButtonFace, type Face } from "./button-face";
import { PlanPopover } from "./plan-popover";
import { graceSeconds, useRollbackPreferences } from "./preferences";
import { isInert, type RollbackState } from "./rollback-state";
import type { RollbackControl as Control } from "./use-rollback";

interface RollbackControlProps {
  readonly control: Control;
  readonly preview: PreviewParamsWire;
  /** What the button says before it is pressed. */
  readonly label: ReactNode;
  readonly title: ReactNode;
  /** Reasons are known before the plan is: the click asks. */
  readonly amber: boolean;
  /** Why there is nothing to do; the button is disabled and says so. */
  readonly nothing?: string | undefined;
  readonly size?: "sm" | "md" | "lg";
  readonly placement?: "row" | "page";
  /** Without a border until it is pointed at: for many of them in a column. */
  readonly quiet?: boolean;
  readonly className?: string;
}

/** The button of every rollback: plan on hover, focus and first touch; one click where it is green; everything else in place. */
export function RollbackControl({
  control,
  preview,
  label,
  title,
  amber,
  nothing,
  size = "sm",
  placement = "row",
  quiet = false,
  className,
}: RollbackControlProps) {
  const t = useTranslations("rollback");
  const sentences = useSentences();
  const { state } = control;
  const [preferences] = useRollbackPreferences();
  const [peeking, setPeeking] = useState(false);
  const [dock, setDock] = useState<Dock>("bottom");
  const [pressedWidth, setPressedWidth] = useState<number | undefined>(undefined);
  const anchor = useRef<Element | null>(null);
  const button = useRef<HTMLElement | null>(null);
  const isGivenFocus = useRef(false);
  const isPlanAwaited = useRef(false);
  const client = useQueryClient();
  const canStart = state.phase === "idle" || state.phase === "asking" || state.phase === "changed" || state.phase === "refused";
  const open = nothing === undefined && canStart && (peeking || state.phase !== "idle");
  const query = useQuery({ ...previewQuery(preview), enabled: open });
  const now = useNow(state.phase === "accepted" ? "fine" : "slow");
  const plan = state.phase === "changed" ? state.plan : query.data;
  const shown = state.phase !== "changed" && query.isPlaceholderData ? undefined : plan;
  const face = faceOf(state, nothing !== undefined, now);

  const peek = () => {
    setDock(awayFrom(button.current));
    setPeeking(true);
  };
  const close = () => {
    setPeeking(false);
    control.dismiss();
  };
  /** What had the focus goes away: the button takes it, and does not show its plan again for that. */
  const takeFocus = () => {
    isGivenFocus.current = true;
    button.current?.focus();
    isGivenFocus.current = false;
  };
  const leave = () => {
    close();
    takeFocus();
  };
  const press = (event: MouseEvent<HTMLElement>) => {
    if (nothing !== undefined) return;
    setDock(awayFrom(button.current));
    if (state.phase === "idle") setPressedWidth(button.current?.offsetWidth);
    if (face === "unconfirmed") return control.retry();
    if (face === "cancel") return control.cancel();
    if (state.phase === "refused") return close();
    if (byTouch(event) && !open) return peek();
    if (plan !== undefined || amber || preferences.grace === "ask") return begin(shown, plan?.tone);
    // A click that is faster than the plan: there may be reasons to look that only the plan knows.
    if (isPlanAwaited.current) return;
    isPlanAwaited.current = true;
    client
      .fetchQuery({ ...previewQuery(preview), retry: false })
      .then(
        (fetched) => begin(fetched, fetched.tone),
        () => begin(undefined, undefined),
      )
      .finally(() => {
        isPlanAwaited.current = false;
      });
  };
  const begin = (from: PlanWire | undefined, tone: PlanWire["tone"] | undefined) => {
    const asks = amber || preferences.grace === "ask" || (tone !== undefined && tone !== "ready");
    if (!asks) setPeeking(false);
    control.press({ asks, plan: from });
  };
  const confirm = () => {
    if (isInert(state, Date.now())) return;
    setPeeking(false);
    control.confirm(shown);
    takeFocus();
  };
  const asksNow = state.phase === "asking" || state.phase === "changed";
  const shared = {
    ref: (element: HTMLElement | null) => {
      button.current = element;
      anchor.current = element?.closest("[data-popover-anchor]") ?? element;
    },
    className: cn(
      buttonStyles({ size, variant: face === "start" && quiet ? "quiet" : VARIANT[face] }),
      face === "start" && amber && "border-warn",
      className,
    ),
    // What it says gets shorter: its neighbours stay where they are all the same.
    style: state.phase === "idle" ? undefined : { minWidth: pressedWidth },
    "data-rollback-phase": state.phase,
  };
  if (face === "watch" && state.phase !== "idle" && "rolloutId" in state) {
    return (
      <Link {...shared} href={path`/rollouts/${state.rolloutId}`}>
        <ButtonFace face={face} start={label} seconds={0} />
      </Link>
    );
  }
  const trigger = (
    <button
      type="button"
      {...shared}
      aria-disabled={nothing !== undefined || face === "sending" || face === "cancelling"}
      title={nothing}
      onClick={press}
      onFocus={(event) => {
        if (!isGivenFocus.current && event.currentTarget.matches(":focus-visible")) peek();
      }}
      onBlur={() => setPeeking(false)}
    >
      {face === "cancel" ? (
        <GraceBar endsAt={state.phase === "accepted" ? state.endsAt : 0} now={now ?? 0} grace={graceSeconds(preferences)} />
      ) : null}
      <ButtonFace
        face={face}
        start={label}
        seconds={state.phase === "accepted" && now !== null ? Math.max(1, secondsLeft(state.endsAt, now)) : 0}
        only={nothing !== undefined}
      />
    </button>
  );
  return (
    <PlanPopover
      trigger={trigger}
      open={open}
      onOpenChange={(next) => (next ? peek() : close())}
      title={title}
      plan={plan}
      error={state.phase === "refused" ? state.error : query.error}
      note={
        state.phase === "refused"
          ? sentences.problem(state.error)
          : preferences.grace === "ask"
            ? t("noteAsk")
            : amber
              ? t("noteAmber")
              : t("note", { seconds: preferences.grace })
      }
      ask={
        asksNow ? { label: plan === undefined || plan.tone === "ready" ? t("go") : t("anyway"), confirm, dismiss: leave } : null
      }
      anchor={anchor}
      dock={dock}
      placement={placement}
    />
  );
}

const VARIANT = {
  start: "default",
  nothing: "default",
  sending: "busy",
  cancel: "busy",
  cancelling: "busy",
  watch: "busy",
  unconfirmed: "warn",
  refused: "danger",
} as const satisfies Record<Face, string>;

function faceOf(state: RollbackState, nothing: boolean, now: number | null): Face {
  switch (state.phase) {
    case "idle":
    case "asking":
    case "changed":
      return nothing ? "nothing" : "start";
    case "accepted":
      return now !== null && now >= state.endsAt ? "watch" : "cancel";
    case "running":
      return "watch";
    case "sending":
    case "cancelling":
    case "unconfirmed":
    case "refused":
      return state.phase;
    default:
      return state satisfies never;
  }
}

/** Where a plan that is as wide as the screen does not cover its own button. */
function awayFrom(button: Element | null): Dock {
  if (button === null) return "bottom";
  const { top, bottom } = button.getBoundingClientRect();
  return (top + bottom) / 2 > window.innerHeight / 2 ? "top" : "bottom";
}

function byTouch(event: MouseEvent): boolean {
  return event.nativeEvent instanceof PointerEvent && event.nativeEvent.pointerType === "touch";
}

/** How much of the grace is left, drawn behind the words. */
function GraceBar({ endsAt, now, grace }: { endsAt: number; now: number; grace: number }) {
  const left = Math.min(1, Math.max(0, (endsAt - now) / (Math.max(1, grace) * 1000)));
  return (
    <span aria-hidden className="absolute inset-y-0 left-0 rounded-[6px] bg-busy-soft" style={{ width: `${left * 100}%` }} />
  );
}
