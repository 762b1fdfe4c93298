"use client";

import { Search } from "lucide-react";
import { cn } from "./cn";
import { Kbd } from "./kbd";

interface FilterInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly className?: string;
}

/** The page's filter: `/` puts the focus here, Escape empties it and leaves. */
export function FilterInput({ value, onChange, label, className }: FilterInputProps) {
  return (
    <span className={cn("relative inline-flex w-60 max-sm:w-full", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3" />
      <input
        data-page-filter
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          onChange("");
          event.currentTarget.blur();
        }}
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        className="peer h-[30px] w-full rounded-md border border-line-strong bg-panel pr-8 pl-8 placeholder:text-ink-3 focus-visible:outline-offset-0 max-sm:h-10 max-sm:text-base [&::-webkit-search-cancel-button]:hidden"
      />
      <Kbd className="pointer-events-none absolute top-1/2 right-1.5 -translate-y-1/2 peer-focus:hidden max-sm:hidden">/</Kbd>
    </span>
  );
}
