"use client";

import { Popover as Base } from "@base-ui/react/popover";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

export const PopoverTitle = Base.Title;

interface PopoverContentProps extends Pick<ComponentProps<typeof Base.Positioner>, "anchor" | "side" | "align" | "sideOffset"> {
  readonly children: ReactNode;
  readonly className?: string;
  readonly initialFocus?: ComponentProps<typeof Base.Popup>["initialFocus"];
  readonly finalFocus?: ComponentProps<typeof Base.Popup>["finalFocus"];
  /** On narrow screens it lies at this edge, inside the bars there, instead of beside its anchor; it takes half the height at most. */
  readonly dock?: Dock;
  readonly popupProps?: Omit<ComponentProps<typeof Base.Popup>, "className" | "children" | "initialFocus" | "finalFocus">;
}

export type Dock = "top" | "bottom";

const DOCKED = "max-sm:!fixed max-sm:!inset-x-2 max-sm:!transform-none max-sm:!w-auto max-sm:[&>*]:max-h-[calc(50dvh-6rem)]";
const DOCK = {
  top: "max-sm:!top-14 max-sm:!bottom-auto",
  bottom: "max-sm:!top-auto max-sm:!bottom-16",
} as const satisfies Record<Dock, string>;

export function PopoverContent({
  children,
  className,
  side = "bottom",
  align = "start",
  sideOffset = 6,
  anchor,
  initialFocus,
  finalFocus,
  dock,
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
        className={cn("z-40", dock !== undefined && [DOCKED, DOCK[dock]])}
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
