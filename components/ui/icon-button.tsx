import type { ComponentProps } from "react";
import { Button, type ButtonStyle } from "./button";
import { cn } from "./cn";
import { Tooltip } from "./tooltip";

type IconButtonProps = Omit<ComponentProps<typeof Button>, "aria-label" | "title"> & ButtonStyle & { readonly label: string };

/** A button that shows only an icon. `label` is its name and its tooltip. */
export function IconButton({ label, size = "md", variant = "quiet", className, ...props }: IconButtonProps) {
  const square = size === "sm" ? "w-6" : size === "lg" ? "w-11" : "w-[30px]";
  return (
    <Tooltip text={label}>
      <Button aria-label={label} size={size} variant={variant} className={cn(square, "px-0", className)} {...props} />
    </Tooltip>
  );
}
