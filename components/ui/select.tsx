"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

export interface Option<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

interface SelectProps<T extends string> {
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** Name of the control. Inside a Field, leave it out. */
  readonly label?: string;
  /** Stands quietly before the chosen value: "Status any". */
  readonly prefix?: ReactNode;
  readonly className?: string;
  readonly disabled?: boolean;
}

export function Select<T extends string>({ options, value, onChange, label, prefix, className, disabled }: SelectProps<T>) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Base.Root value={value} disabled={disabled} onValueChange={(next) => next !== null && onChange(next)}>
      <Base.Trigger
        aria-label={label}
        className={cn(
          "inline-flex h-[30px] min-w-0 items-center gap-1.5 rounded-md border border-line-strong bg-panel px-2.5 text-left hover:bg-sunken data-invalid:border-bad max-sm:h-10",
          className,
        )}
      >
        {prefix === undefined ? null : <span className="text-ink-2">{prefix}</span>}
        <span className="min-w-0 flex-1 truncate font-[550]">
          <Base.Value>{() => chosen?.label}</Base.Value>
        </span>
        <Base.Icon>
          <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className="max-h-[min(var(--available-height),420px)] min-w-[max(var(--anchor-width),140px)] overflow-auto rounded-lg border border-line bg-panel p-1 shadow-pop outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex min-h-7 items-center gap-2 rounded-md py-1 pr-3 pl-2 outline-none data-highlighted:bg-sunken"
              >
                <span className="grid w-4 place-items-center">
                  <Base.ItemIndicator>
                    <Check aria-hidden className="size-3.5" />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
                {option.hint === undefined ? null : <span className="ml-auto pl-4 text-ink-3 text-xs">{option.hint}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
