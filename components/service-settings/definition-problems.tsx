"use client";

import { useTranslations } from "next-intl";
import type { RefObject } from "react";
import { ApiProblem } from "@/lib/client/problem";
import { fieldOf } from "./definition-field";

interface DefinitionProblemsProps {
  readonly error: unknown;
  /** Holds the text: a line that is chosen is shown there. */
  readonly area: RefObject<HTMLTextAreaElement | null>;
}

/** Each error of a definition with its line; a click leads there. */
export function DefinitionProblems({ error, area }: DefinitionProblemsProps) {
  const t = useTranslations("services.definition");
  const errors = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  if (errors.length === 0) return null;
  return (
    <ul className="mt-1.5 grid gap-1">
      {errors.map(({ pointer, code, detail, line, column }) => (
        <li key={`${pointer} ${code} ${line}:${column}`} className="break-words">
          {line === undefined ? null : (
            <button
              type="button"
              className="mr-1.5 whitespace-nowrap font-[550] underline underline-offset-2"
              onClick={() => area.current !== null && goTo(area.current, line)}
            >
              {t("line", { line, column: column ?? 1 })}
            </button>
          )}
          {pointer === "" ? null : <code className="mr-1.5 break-all font-mono text-xs">{fieldOf(pointer)}</code>}
          {detail}
        </li>
      ))}
    </ul>
  );
}

function goTo(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 4);
}
