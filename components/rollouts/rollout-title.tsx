"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { VersionName } from "@/components/ui/version-dot";
import { versionsQuery } from "@/lib/client/queries/services";

const SHOWN = 2;

/** The stored colour of each version of a service, as far as its catalogue is known. */
export function useVersionColors(service: string): (version: string) => number | null {
  const { data } = useQuery(versionsQuery(service));
  return (version) => data?.find((each) => each.version === version)?.color ?? null;
}

interface VersionChangeProps {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** The colour of a version; without it versions are drawn without their square. */
  readonly color?: (version: string) => number | null;
}

/** "2.3.9 → 2.4.0"; further versions as "+1". */
export function VersionChange({ from, to, color }: VersionChangeProps) {
  return (
    <span className="inline-flex min-w-0 items-center gap-x-1.5">
      <Versions versions={from} color={color} />
      {from.length === 0 ? null : <ArrowRight aria-label="→" role="img" className="size-3 shrink-0 text-ink-3" />}
      <Versions versions={to} color={color} />
    </span>
  );
}

function Versions({ versions, color }: { versions: readonly string[]; color: VersionChangeProps["color"] }) {
  return (
    <>
      {versions.slice(0, SHOWN).map((version) =>
        color === undefined ? (
          <span key={version} title={version} className="max-w-40 truncate font-mono text-xs">
            {version}
          </span>
        ) : (
          <VersionName key={version} version={version} color={color(version)} className="max-w-60" />
        ),
      )}
      {versions.length > SHOWN ? <span className="text-ink-3 text-xs">+{versions.length - SHOWN}</span> : null}
    </>
  );
}
