import { cva, type VariantProps } from "class-variance-authority";
import Link from "next/link";
import type { ComponentProps } from "react";
import { cn } from "./cn";

export const buttonStyles = cva(
  "relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-[550] transition-colors duration-100 aria-disabled:cursor-not-allowed aria-disabled:opacity-60 disabled:cursor-not-allowed disabled:opacity-60 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        default: "border-line-strong bg-panel text-ink not-disabled:hover:bg-sunken",
        primary: "border-accent bg-accent text-accent-ink not-disabled:hover:brightness-110",
        quiet: "border-transparent bg-transparent text-ink-2 not-disabled:hover:bg-sunken not-disabled:hover:text-ink",
        danger: "border-line-strong bg-panel text-bad not-disabled:hover:bg-bad-soft",
        busy: "border-busy bg-panel text-busy",
        warn: "border-warn bg-warn-soft text-warn not-disabled:hover:brightness-97",
      },
      size: {
        sm: "h-6 px-2 text-xs [&_svg]:size-3.5",
        md: "h-[30px] px-3 text-sm [&_svg]:size-4",
        lg: "h-11 px-4 text-base [&_svg]:size-[18px]",
      },
    },
    defaultVariants: { variant: "default", size: "md" },
  },
);

export type ButtonStyle = VariantProps<typeof buttonStyles>;

export function Button({ variant, size, className, type = "button", ...props }: ComponentProps<"button"> & ButtonStyle) {
  return <button type={type} className={cn(buttonStyles({ variant, size }), className)} {...props} />;
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function ButtonLink({ variant, size, className, ...props }: ComponentProps<typeof Link> & ButtonStyle) {
  return <Link className={cn(buttonStyles({ variant, size }), className)} {...props} />;
}
