"use client";

import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

interface CheckboxProps {
  readonly checked: boolean;
  readonly indeterminate?: boolean;
  readonly onChange: (checked: boolean, event: { readonly shiftKey: boolean }) => void;
  /** Its name: shown beside it, or only told (`hideLabel`). */
  readonly label: ReactNode;
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
  readonly description?: ReactNode;
  readonly className?: string;
}

/** A box of 14 px in a target of 24. */
export function Checkbox({
  checked,
  indeterminate = false,
  onChange,
  label,
  hideLabel = false,
  disabled,
  description,
  className,
}: CheckboxProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the Base UI checkbox inside
    <label className={cn("inline-flex items-start gap-1", disabled === true ? "opacity-60" : "cursor-pointer", className)}>
      <Base.Root
        checked={checked}
        indeterminate={indeterminate}
        disabled={disabled}
        onCheckedChange={(next, details) =>
          onChange(next, { shiftKey: details.event instanceof MouseEvent && details.event.shiftKey })
        }
        className="group/box -ml-[5px] grid size-6 shrink-0 place-items-center rounded-md focus-visible:-outline-offset-2"
      >
        <span className="grid size-3.5 place-items-center rounded-[3px] border border-line-strong bg-panel group-data-checked/box:border-accent group-data-indeterminate/box:border-accent group-data-checked/box:bg-accent group-data-indeterminate/box:bg-accent">
          <Base.Indicator className="text-accent-ink">
            {indeterminate ? (
              <Minus aria-hidden className="size-3" strokeWidth={3.5} />
            ) : (
              <Check aria-hidden className="size-3" strokeWidth={3.5} />
            )}
          </Base.Indicator>
        </span>
      </Base.Root>
      <span className={hideLabel ? "sr-only" : "pt-0.5"}>
        {label}
        {description === undefined ? null : <span className="block text-ink-3 text-xs">{description}</span>}
      </span>
    </label>
  );
}
