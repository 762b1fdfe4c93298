"use client";

import type { ReactNode } from "react";

interface ChoiceProps {
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

/** One of several: a button that stays pressed. */
export function Choice({ chosen, onChoose, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className="inline-flex h-[30px] items-center gap-1.5 rounded-md border border-line-strong bg-panel px-3 text-ink-2 hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-[550] aria-pressed:text-accent max-sm:h-10"
    >
      {children}
    </button>
  );
}

/** The choices of one question, named for assistive technology, with room for what is wrong with the answer. */
export function Choices({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}) {
  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className="float-left flex w-full items-baseline justify-between gap-3 pb-1.5">
        <span className="font-[550]">{label}</span>
        {hint === undefined ? null : <span className="text-ink-3 text-xs">{hint}</span>}
      </legend>
      <div className="clear-both flex flex-wrap gap-2">{children}</div>
      {error === undefined ? null : (
        <p role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}
