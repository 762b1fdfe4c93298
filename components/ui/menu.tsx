"use client";

import { Menu as Base } from "@base-ui/react/menu";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cn } from "./cn";

/** A button that opens a list of actions. `trigger` is one button element. */
export function Menu({
  trigger,
  children,
  align = "end",
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className="min-w-44 rounded-lg border border-line bg-panel p-1 shadow-pop outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

const ITEM =
  "flex min-h-7 items-center gap-2 rounded-md px-2 py-1 outline-none data-disabled:opacity-60 data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:text-ink-3";

export function MenuItem({ className, ...props }: ComponentProps<typeof Base.Item>) {
  return <Base.Item className={cn(ITEM, typeof className === "string" ? className : undefined)} {...props} />;
}
