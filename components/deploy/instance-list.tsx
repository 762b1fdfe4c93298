"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { InstanceStatusChip } from "@/components/states/chips";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/cn";
import { CONTROL } from "@/components/ui/field";
import { VersionName } from "@/components/ui/version-dot";
import type { InstanceInfoWire } from "@/lib/api/contract";

const ROW_PX = 28;

interface InstanceListProps {
  readonly roster: readonly InstanceInfoWire[];
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

/** Instances to tick, filtered by name, host or version; shift ticks a range. Draws only what is seen. */
export function InstanceList({ roster, chosen, onChange }: InstanceListProps) {
  const t = useTranslations("deploy.instances");
  const [text, setText] = useState("");
  const [anchor, setAnchor] = useState<number | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const picked = new Set(chosen);
  const shown = roster.filter((instance) => matches(instance, text));
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const allShown = shown.length > 0 && shown.every((instance) => picked.has(instance.instance_id));
  const set = (instances: readonly InstanceInfoWire[], on: boolean) => {
    for (const { instance_id: id } of instances) on ? picked.add(id) : picked.delete(id);
    onChange(roster.map((instance) => instance.instance_id).filter((id) => picked.has(id)));
  };
  const tick = (index: number, on: boolean, range: boolean) => {
    const from = range && anchor !== null ? Math.min(anchor, index) : index;
    const to = range && anchor !== null ? Math.max(anchor, index) : index;
    set(shown.slice(from, to + 1), on);
    setAnchor(index);
  };
  return (
    <div className="grid overflow-hidden rounded-md border border-line">
      <div className="flex items-center gap-2 border-line-soft border-b p-1.5 pl-3">
        <Checkbox
          checked={allShown}
          indeterminate={!allShown && shown.some((instance) => picked.has(instance.instance_id))}
          onChange={(on) => set(shown, on)}
          label={t("allShown")}
          hideLabel
        />
        <input
          aria-label={t("filter")}
          placeholder={t("filter")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={cn(CONTROL, "h-7")}
        />
      </div>
      <div ref={box} className="h-56 overflow-auto">
        {shown.length === 0 ? <p className="p-3 text-ink-3">{t("noMatch")}</p> : null}
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const instance = shown[row.index];
            return instance === undefined ? null : (
              <div
                key={instance.instance_id}
                className="absolute inset-x-0 top-0 flex items-center gap-2 px-3"
                style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
              >
                <Checkbox
                  checked={picked.has(instance.instance_id)}
                  onChange={(on, { shiftKey }) => tick(row.index, on, shiftKey)}
                  label={instance.instance_id}
                  className="min-w-0 flex-1"
                />
                <VersionName version={instance.version} color={instance.color} className="max-w-32" />
                <InstanceStatusChip status={instance.status} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function matches(instance: InstanceInfoWire, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [instance.instance_id, instance.host, instance.version].some((part) => part.toLowerCase().includes(wanted));
}
