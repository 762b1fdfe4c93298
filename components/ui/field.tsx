"use client";

import { Field as Base } from "@base-ui/react/field";
import { CircleAlert } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

interface FieldProps {
  readonly label: ReactNode;
  /** Beside the label, on the right. */
  readonly hint?: ReactNode;
  readonly description?: ReactNode;
  /** Why the value is refused; null or undefined = it is not. */
  readonly error?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A named field: label, control, explanation, and what is wrong with it, all tied together for assistive technology. */
export function Field({ label, hint, description, error, children, className }: FieldProps) {
  const invalid = error !== undefined && error !== null;
  return (
    <Base.Root invalid={invalid} className={cn("grid gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-3">
        <Base.Label className="font-[550]">{label}</Base.Label>
        {hint === undefined ? null : <span className="text-ink-3 text-xs">{hint}</span>}
      </div>
      {children}
      {description === undefined ? null : <Base.Description className="text-ink-3 text-xs">{description}</Base.Description>}
      {invalid ? (
        <Base.Error match className="flex items-start gap-1.5 text-bad text-xs">
          <CircleAlert aria-hidden className="mt-[3px] size-3 shrink-0" />
          <span>{error}</span>
        </Base.Error>
      ) : null}
    </Base.Root>
  );
}

export const CONTROL =
  "w-full min-w-0 rounded-md border border-line-strong bg-panel px-2.5 text-sm text-ink placeholder:text-ink-3 focus-visible:outline-offset-0 data-invalid:border-bad disabled:opacity-60 max-sm:text-base";

/** One line of text. Inside a {@link Field} it takes its name and its error from there. */
export function Input({ className, ...props }: ComponentProps<typeof Base.Control>) {
  return (
    <Base.Control
      className={cn(CONTROL, "h-[30px] max-sm:h-10", typeof className === "string" ? className : undefined)}
      {...props}
    />
  );
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return <Base.Control render={<textarea className={cn(CONTROL, "min-h-16 py-1.5", className)} {...props} />} />;
}
