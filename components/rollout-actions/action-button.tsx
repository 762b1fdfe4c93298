"use client";

import { Ban, FastForward, type LucideIcon, Pause, Play, RotateCw, StepForward, Undo2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, type ButtonStyle } from "@/components/ui/button";
import type { RolloutWire } from "@/lib/api/contract";

const AbortDialog = dynamic(() => import("./abort-dialog").then((module) => module.AbortDialog), { ssr: false });

type Action = RolloutWire["allowed_actions"][number];

const ICONS: Readonly<Record<Action, LucideIcon>> = {
  start_now: FastForward,
  undo: Undo2,
  pause: Pause,
  resume: Play,
  promote: StepForward,
  abort: Ban,
  retry: RotateCw,
};

interface ActionButtonProps extends ButtonStyle {
  readonly action: Action;
  readonly rollout: Pick<RolloutWire, "gate" | "counts" | "kind" | "status" | "waves" | "wave">;
  /** The action that is on its way, if any: then no other begins. */
  readonly pending: Action | null;
  readonly onAct: (action: Action) => void;
}

/** One thing that may be done now, named in the page's words. Stopping for good asks first and says what it leaves. */
export function ActionButton({ action, rollout, pending, onAct, variant, size }: ActionButtonProps) {
  const t = useTranslations("rollouts.action");
  const [asking, setAsking] = useState(false);
  const Icon = ICONS[action];
  const label = t(action, { wave: rollout.gate ?? rollout.wave + 1, count: rollout.counts.failed ?? 0, kind: rollout.kind });
  return (
    <>
      <Button
        variant={variant}
        size={size}
        disabled={pending !== null}
        aria-busy={pending === action}
        onClick={() => (action === "abort" ? setAsking(true) : onAct(action))}
      >
        <Icon aria-hidden />
        {label}
      </Button>
      {asking ? (
        <AbortDialog
          counts={rollout.counts}
          onClose={() => setAsking(false)}
          onAbort={() => {
            setAsking(false);
            onAct("abort");
          }}
        />
      ) : null}
    </>
  );
}
