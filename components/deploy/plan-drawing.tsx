"use client";

import { Hand } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { cn } from "@/components/ui/cn";
import { Duration } from "@/components/ui/duration";
import type { PlanWire } from "@/lib/api/contract";

const DRAWN = 8;

/** The waves as they would run, what stays up meanwhile, and what one should know before. `stale`: a newer plan is on its way. */
export function PlanDrawing({ plan, serviceInstances, stale }: { plan: PlanWire; serviceInstances: number; stale: boolean }) {
  const t = useTranslations("deploy.plan");
  const sentences = useSentences();
  const rest = plan.waves.slice(DRAWN).reduce((sum, wave) => sum + wave.size, 0);
  const same = plan.targets.filter(
    (target) =>
      target.from_version === target.to_version && target.from_revision === target.to_revision && target.answers === true,
  ).length;
  return (
    <div className={cn("grid gap-3 transition-opacity", stale && "opacity-60")} aria-busy={stale}>
      <ol className="flex items-start gap-1" aria-label={t("waves", { count: plan.waves.length })}>
        {plan.waves.slice(0, DRAWN).map((wave, index) => (
          <li key={wave.number} className="min-w-11 overflow-hidden" style={{ flexGrow: wave.size, flexBasis: 0 }}>
            <span
              className={cn(
                "flex h-[22px] items-center justify-center gap-1 rounded-[5px] font-semibold text-xs",
                wave.canary ? "bg-busy-soft text-busy" : "bg-accent-soft text-accent",
              )}
            >
              {wave.gate ? <Hand aria-label={t("gate")} role="img" className="size-3" /> : null}
              {wave.size}
            </span>
            <span className="mt-0.5 block truncate text-[11px] text-ink-3 leading-4">
              {wave.bake_seconds > 0 && index < plan.waves.length - 1 ? (
                <>
                  + <Duration seconds={wave.bake_seconds} />
                </>
              ) : null}
            </span>
          </li>
        ))}
        {rest === 0 ? null : (
          <li className="text-ink-3 text-xs leading-[22px]">
            {t("moreWaves", { count: plan.waves.length - DRAWN, instances: rest })}
          </li>
        )}
      </ol>
      {plan.refusal === null ? (
        <p className="text-ink-2">
          {plan.min_answering > 0 ? t("minAnswering", { count: plan.min_answering, total: serviceInstances }) : t("noMinimum")}{" "}
          {t(`onFailure.${plan.strategy.on_failure}`, { allowed: String(plan.strategy.max_failed) })}{" "}
          {same === 0 ? null : t("unchanged", { count: same })}
        </p>
      ) : null}
      {plan.cautions.map((caution) => (
        <Banner key={caution.code} tone="warn">
          {sentences.caution(caution)}
        </Banner>
      ))}
      {plan.left_alone.length === 0 ? null : <Banner tone="off">{t("leftAlone", { count: plan.left_alone.length })}</Banner>}
      {plan.refusal === null || plan.refusal.code === "held" ? null : (
        <Banner tone="bad" title={sentences.refusal(plan.refusal)} />
      )}
    </div>
  );
}

/** "about 3 min (2 min 41 s–3 min 20 s)", and how often it waits for a person; what the watching alone takes when the service has no history. */
export function useExpected(): (plan: PlanWire | undefined) => string | null {
  const t = useTranslations("deploy.plan");
  const sentences = useSentences();
  return (plan) => {
    // One that is refused has no waves: nothing can be said of them.
    if (plan === undefined || plan.refusal !== null) return null;
    if (plan.expected !== null) {
      const { median_s: median, low_s: low, high_s: high, samples } = plan.expected;
      const gates = plan.waves.filter((wave) => wave.gate).length;
      return t("expected", {
        median: sentences.span(median, 2),
        low: sentences.span(low, 2),
        high: sentences.span(high, 2),
        samples,
        gates,
      });
    }
    const baking = plan.waves.reduce((sum, wave) => sum + wave.bake_seconds, 0);
    return baking === 0 ? t("noHistory") : t("atLeast", { duration: sentences.span(baking, 2) });
  };
}
