"use client";

import { Popover as Base } from "@base-ui/react/popover";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

/** Root and trigger as Base UI has them: `<Popover><PopoverTrigger/><PopoverContent/></Popover>`. */
export const Popover = Base.Root;
export const PopoverTrigger = Base.Trigger;
export const PopoverTitle = Base.Title;
export const PopoverClose = Base.Close;

interface PopoverContentProps extends Pick<ComponentProps<typeof Base.Positioner>, "anchor" | "side" | "align" | "sideOffset"> {
  readonly children: ReactNode;
  readonly className?: string;
  readonly initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
  readonly finalFocus?: ComponentProps<typeof Base.Popup>["finalFocus"];
  /** On narrow screens it lies at the bottom, above the tab bar, instead of beside its anchor. */
  readonly docked?: boolean;
  readonly popupProps?: Omit<ComponentProps<typeof Base.Popup>, "className" | "children" | "initialFocus" | "finalFocus">;
}

const DOCK = "max-sm:!fixed max-sm:!inset-x-2 max-sm:!top-auto max-sm:!bottom-16 max-sm:!transform-none max-sm:!w-auto";

export function PopoverContent({
  children,
  className,
  side = "bottom",
  align = "start",
  sideOffset = 6,
  anchor,
  initialFocus,
  finalFocus,
  docked = false,
  popupProps,
}: PopoverContentProps) {
  return (
    <Base.Portal>
      <Base.Positioner
        anchor={anchor}
        side={side}
        align={align}
        sideOffset={sideOffset}
        collisionPadding={8}
        className={cn("z-40", docked && DOCK)}
      >
        <Base.Popup
          initialFocus={initialFocus}
          finalFocus={finalFocus}
          className={cn(
            "max-h-[min(var(--available-height),80vh)] overflow-auto rounded-lg border border-line bg-panel p-3.5 shadow-pop outline-none",
            className,
          )}
          {...popupProps}
        >
          {children}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
