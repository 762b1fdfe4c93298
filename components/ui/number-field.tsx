"use client";

import { NumberField as Base } from "@base-ui/react/number-field";
import { Minus, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "./cn";

interface NumberFieldProps {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** It names something and counts nothing: written without separators. */
  readonly plain?: boolean;
  /** Name of the control. Inside a Field, leave it out. */
  readonly label?: string;
  readonly className?: string;
}

/** A number with small steps; arrow keys and the wheel work while it has the focus. */
export function NumberField({ value, onChange, min, max, step, plain = false, label, className }: NumberFieldProps) {
  const t = useTranslations("ui");
  const part = "grid w-[30px] place-items-center text-ink-2 hover:bg-sunken disabled:opacity-50";
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next)}
      min={min}
      max={max}
      step={step}
      format={{ useGrouping: !plain }}
      allowWheelScrub
    >
      <Base.Group
        className={cn(
          "flex h-[30px] w-32 overflow-hidden rounded-md border border-line-strong bg-panel focus-within:outline-2 focus-within:outline-accent max-sm:h-10",
          className,
        )}
      >
        <Base.Decrement aria-label={t("less")} className={part}>
          <Minus aria-hidden className="size-3.5" />
        </Base.Decrement>
        <Base.Input aria-label={label} className="w-full min-w-0 border-line border-x bg-transparent text-center outline-none" />
        <Base.Increment aria-label={t("more")} className={part}>
          <Plus aria-hidden className="size-3.5" />
        </Base.Increment>
      </Base.Group>
    </Base.Root>
  );
}
