"use client";

import { type ReactNode, useRef } from "react";
import { Button } from "./button";

interface FileButtonProps {
  readonly children: ReactNode;
  /** Endings or types that are offered first: `.yaml,.yml`. */
  readonly accept?: string;
  /** Characters after the limit are left away: nothing that long is meant to be read here. */
  readonly mostBytes: number;
  readonly onText: (text: string) => void;
}

/** Takes the text of a file of the person's own machine. */
export function FileButton({ children, accept, mostBytes, onText }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (file !== undefined) onText(await file.slice(0, mostBytes).text());
    // The same file may be chosen again, after it was changed.
    if (input.current !== null) input.current.value = "";
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0]);
        }}
      />
      <Button size="sm" onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
