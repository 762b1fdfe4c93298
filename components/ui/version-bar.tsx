"use client";

import { useTranslations } from "next-intl";
import { cn } from "./cn";
import { groupSegments, type Segment } from "./version-bar-groups";
import { VersionDot, versionColor, versionInk } from "./version-dot";

const OLDER = 70;
const LABEL_SHARE = 0.16;

/**
 * A service's versions by number of instances, newest solid, older lighter, what does not answer hatched. `lg` carries the
 * newest version's label inside. A picture only: put a {@link VersionKey} with the same segments beside it.
 */
export function VersionBar({
  segments,
  size = "sm",
  className,
}: {
  segments: readonly Segment[];
  size?: "sm" | "lg";
  className?: string;
}) {
  const t = useTranslations("ui.versions");
  const { shown, rest } = groupSegments(segments);
  const total = shown.reduce((sum, each) => sum + each.instances, rest.instances);
  const summary = shown
    .map((each) => t("summary", { version: each.version, instances: each.instances, healthy: each.healthy }))
    .join(", ");
  return (
    <div
      role="img"
      aria-label={total === 0 ? t("none") : summary}
      className={cn(
        "flex min-w-24 gap-[2px] overflow-hidden bg-off-soft",
        size === "lg" ? "h-[18px] rounded-[5px]" : "h-2 rounded-[4px]",
        className,
      )}
    >
      {shown.map((each) => (
        <Part key={each.version} segment={each} label={size === "lg" && each.newest && each.instances >= total * LABEL_SHARE} />
      ))}
      {rest.versions === 0 ? null : <div className="bg-line-strong/60" style={{ flexGrow: rest.instances, flexBasis: 0 }} />}
    </div>
  );
}

function Part({ segment, label }: { segment: Segment; label: boolean }) {
  const solid = versionColor(segment.color);
  const background = segment.newest ? solid : `color-mix(in oklab, ${solid} ${OLDER}%, var(--panel))`;
  const ill = segment.instances - segment.healthy;
  return (
    <div
      title={`${segment.version} · ${segment.healthy}/${segment.instances}`}
      className="relative flex min-w-[4px] overflow-hidden"
      style={{ flexGrow: segment.instances, flexBasis: 0, background }}
    >
      {label ? (
        <span className="truncate px-1.5 font-mono text-[11px] leading-[18px]" style={{ color: versionInk(segment.color) }}>
          {segment.version}
        </span>
      ) : null}
      {ill === 0 ? null : (
        <span
          className="hatched absolute inset-y-0 right-0 min-w-[6px]"
          style={{ width: `${(ill / segment.instances) * 100}%` }}
        />
      )}
    </div>
  );
}

/** The words of a {@link VersionBar}: each version with how many run it and, where some do not, how many of them answer. */
export function VersionKey({
  segments,
  answers = false,
  oneLine = false,
  className,
}: {
  segments: readonly Segment[];
  answers?: boolean;
  oneLine?: boolean;
  className?: string;
}) {
  const t = useTranslations("ui.versions");
  const { shown, rest } = groupSegments(segments, oneLine ? 1 : 3);
  if (shown.length === 0) return <span className="text-ink-3 text-xs">{t("none")}</span>;
  return (
    <ul
      className={cn("flex min-w-0 gap-x-3 text-xs", oneLine ? "overflow-hidden max-[900px]:flex-wrap" : "flex-wrap", className)}
    >
      {shown.map((each) => {
        const ill = each.healthy < each.instances;
        return (
          <li key={each.version} className="flex shrink-0 items-center gap-1.5 whitespace-nowrap">
            <VersionDot color={each.color} faded={!each.newest} />
            <span className={cn("truncate font-mono", oneLine ? "max-w-24" : "max-w-40")} title={each.version}>
              {each.version}
            </span>
            <span
              className={ill ? "font-[550] text-bad" : "text-ink-3"}
              title={t("summary", { version: each.version, instances: each.instances, healthy: each.healthy })}
            >
              {answers || (ill && !oneLine)
                ? t("answer", { healthy: each.healthy, instances: each.instances })
                : ill
                  ? `${each.healthy}/${each.instances}`
                  : each.instances}
            </span>
          </li>
        );
      })}
      {rest.versions === 0 ? null : (
        <li className="shrink-0 text-ink-3" title={t("restInstances", { count: rest.instances })}>
          {t("rest", { count: rest.versions })}
        </li>
      )}
    </ul>
  );
}
