"use client";

import { Autocomplete as Base } from "@base-ui/react/autocomplete";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cn } from "./cn";
import { CONTROL } from "./field";

interface ComboboxProps {
  /** What can be chosen; typing filters it. */
  readonly items: readonly string[];
  readonly value: string;
  /** Called with what was chosen, and with what was typed: a value that is not in the list is a value too. */
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly placeholder?: string;
  readonly renderItem?: (item: string) => ReactNode;
  readonly mono?: boolean;
  readonly className?: string;
}

/** A text field that knows some answers. Where none of them fits what is typed, no list is open. */
export function Combobox({ items, value, onChange, label, placeholder, renderItem, mono = false, className }: ComboboxProps) {
  const [open, setOpen] = useState(false);
  const { contains } = Base.useFilter();
  const isKnown = items.some((item) => contains(item, value));
  return (
    <Base.Root
      items={items}
      value={value}
      onValueChange={(next) => onChange(next)}
      open={open && isKnown}
      onOpenChange={(next) => setOpen(next)}
      openOnInputClick
    >
      <Base.Input
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        className={cn(CONTROL, "h-[30px] max-sm:h-10", mono && "font-mono", className)}
      />
      <Base.Portal>
        <Base.Positioner sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className="max-h-[min(var(--available-height),320px)] w-(--anchor-width) overflow-auto rounded-lg border border-line bg-panel p-1 shadow-pop">
            <Base.List>
              {(item: string) => (
                <Base.Item
                  key={item}
                  value={item}
                  className="flex min-h-7 items-center gap-2 rounded-md px-2 py-1 outline-none data-highlighted:bg-sunken"
                >
                  <span className={cn("min-w-0 flex-1 truncate", mono && "font-mono text-xs")}>
                    {renderItem === undefined ? item : renderItem(item)}
                  </span>
                  {item === value ? <Check aria-hidden className="size-3.5" /> : null}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
