"use client";

import { useTranslations } from "next-intl";
import { useClockTime } from "@/components/ui/relative-time";
import type { FailureWire } from "@/lib/api/contract";
import { useSentences } from "./use-sentences";

type Evidence = NonNullable<FailureWire["evidence"]>;

/** What a failed change left behind: how the process ended, what it answered, and what it wrote last. */
export function EvidenceView({ evidence }: { evidence: Evidence | null }) {
  const t = useTranslations("failures.evidence");
  const sentences = useSentences();
  const clock = useClockTime();
  if (evidence === null) return <p className="text-ink-2">{t("none")}</p>;
  const ended =
    evidence.signal !== null
      ? t("signal", { signal: evidence.signal })
      : evidence.exit_code !== null
        ? t("exit", { code: evidence.exit_code })
        : null;
  return (
    <div className="grid gap-3">
      {ended === null ? null : <p>{ended}</p>}
      {evidence.health.length === 0 ? null : (
        <Part
          title={t("health")}
          lines={evidence.health.map((each) => `${clock(each.at)} ${each.healthy ? "✓" : "✕"} ${sentences.line(each.detail)}`)}
        />
      )}
      {evidence.log.length === 0 ? null : <Part title={t("log")} lines={evidence.log} />}
    </div>
  );
}

/** What was written last says most, and is what is seen first. */
function toItsEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}

function Part({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-ink-2">{title}</p>
      <pre
        ref={toItsEnd}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-56 overflow-auto whitespace-pre-wrap break-words rounded-md bg-sunken px-3 py-2.5 font-mono text-xs"
      >
        {lines.join("\n")}
      </pre>
    </div>
  );
}
