"use client";

import { Check, CircleAlert, Eye, LoaderCircle, Undo2, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** What the button says. All of them are laid into the same place, so that its width never changes. */
export type Face = "start" | "nothing" | "sending" | "cancel" | "cancelling" | "watch" | "unconfirmed" | "refused";

interface ButtonFaceProps {
  readonly face: Face;
  readonly start: ReactNode;
  /** Seconds left, for `cancel`. */
  readonly seconds: number;
  /** Nothing runs that could be taken back by this button: its place needs no other words. */
  readonly only?: boolean;
}

export function ButtonFace({ face, start, seconds, only = false }: ButtonFaceProps) {
  const t = useTranslations("rollback.face");
  const faces: readonly (readonly [Face, ReactNode, ReactNode])[] = [
    ["start", <Undo2 key="icon" aria-hidden />, start],
    ["sending", <LoaderCircle key="icon" aria-hidden className="animate-spin-slow" />, t("sending")],
    ["cancel", <X key="icon" aria-hidden />, t("cancel", { seconds })],
    ["cancelling", <LoaderCircle key="icon" aria-hidden className="animate-spin-slow" />, t("cancelling")],
    ["watch", <Eye key="icon" aria-hidden />, t("watch")],
    ["unconfirmed", <CircleAlert key="icon" aria-hidden />, t("unconfirmed")],
    ["refused", <CircleAlert key="icon" aria-hidden />, t("refused")],
    ["nothing", <Check key="icon" aria-hidden />, t("nothing")],
  ];
  const laid = only
    ? faces.filter(([name]) => name === face)
    : faces.filter(([name]) => name === face || RESERVED.includes(name));
  return (
    <span className="relative grid">
      {laid.map(([name, icon, words]) => (
        <span
          key={name}
          aria-hidden={name === face ? undefined : true}
          className={cn(
            "col-start-1 row-start-1 inline-flex items-center justify-center gap-1.5",
            name === face ? undefined : "invisible",
          )}
        >
          {icon}
          <span className="inline-flex items-baseline gap-1">{words}</span>
        </span>
      ))}
    </span>
  );
}

/** The faces that a press can lead to: room is kept for them. */
const RESERVED: readonly Face[] = ["start", "cancel", "unconfirmed"];
