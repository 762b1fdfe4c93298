"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { whySilent } from "@/components/sentences/why-silent";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/cn";
import { CONTROL, Field, Input } from "@/components/ui/field";
import { NumberField } from "@/components/ui/number-field";
import type { HostWire } from "@/lib/api/contract";
import type { Problems } from "@/lib/client/field-problems";
import { type InstanceWish, MOST_INSTANCES, type PlannedInstance, takesInstances } from "./instance-plan";

/** Hosts above which a filter helps. */
const FEW = 8;
/** Planned instances that are shown one by one; one that was refused is always shown. */
const SHOWN = 8;

interface AddInstancesFieldsProps {
  readonly wish: InstanceWish;
  readonly hosts: readonly HostWire[];
  readonly planned: readonly PlannedInstance[];
  readonly problems: Problems;
  readonly onChange: (wish: InstanceWish) => void;
}

export function AddInstancesFields({ wish, hosts, planned, problems, onChange }: AddInstancesFieldsProps) {
  const t = useTranslations("services.add");
  return (
    <>
      <HostChoice hosts={hosts} chosen={wish.hosts} onChange={(chosen) => onChange({ ...wish, hosts: chosen })} />
      <div className="grid grid-cols-2 items-start gap-4">
        <Field label={t("perHost")}>
          <NumberField
            value={wish.perHost}
            min={1}
            max={MOST_INSTANCES}
            onChange={(perHost) => onChange({ ...wish, perHost: perHost ?? 1 })}
          />
        </Field>
        <Field label={t("firstPort")} description={t("firstPortHelp")}>
          <NumberField
            value={wish.firstPort}
            min={1}
            max={65_535}
            plain
            onChange={(firstPort) => onChange({ ...wish, firstPort: firstPort ?? 1 })}
          />
        </Field>
        <Field label={t("prefix")}>
          <Input
            value={wish.prefix}
            onChange={(event) => onChange({ ...wish, prefix: event.target.value })}
            spellCheck={false}
            autoComplete="off"
          />
        </Field>
        <Field label={t("firstNumber")}>
          <NumberField
            value={wish.firstNumber}
            min={0}
            plain
            onChange={(firstNumber) => onChange({ ...wish, firstNumber: firstNumber ?? 0 })}
          />
        </Field>
      </div>
      <Planned planned={planned} problems={problems} />
    </>
  );
}

function HostChoice({
  hosts,
  chosen,
  onChange,
}: {
  hosts: readonly HostWire[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const t = useTranslations("services.add");
  const sentences = useSentences();
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = hosts.filter((host) =>
    [host.name, host.zone ?? "", host.address].some((word) => word.toLowerCase().includes(wanted)),
  );
  const open = shown.filter(takesInstances).map((host) => host.name);
  const all = open.length > 0 && open.every((name) => chosen.includes(name));
  const others = chosen.filter((name) => !open.includes(name));
  return (
    <fieldset className="grid overflow-hidden rounded-md border border-line">
      <legend className="sr-only">{t("hosts")}</legend>
      <div className="flex items-center gap-2 border-line-soft border-b p-1.5 pl-3">
        <Checkbox
          checked={all}
          indeterminate={!all && open.some((name) => chosen.includes(name))}
          onChange={(on) => onChange(on ? [...others, ...open] : others)}
          label={wanted === "" ? t("allHosts") : t("allShown", { count: open.length })}
        />
        {hosts.length > FEW ? (
          <input
            aria-label={t("filterHosts")}
            placeholder={t("filterHosts")}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={cn(CONTROL, "ml-auto h-7 max-w-60")}
          />
        ) : null}
      </div>
      <ul className="grid max-h-56 gap-0.5 overflow-auto px-3 py-1.5">
        {shown.map((host) => (
          <li key={host.name} className="flex items-center justify-between gap-3">
            <Checkbox
              checked={chosen.includes(host.name)}
              disabled={!takesInstances(host)}
              onChange={(on) => onChange(on ? [...chosen, host.name] : chosen.filter((name) => name !== host.name))}
              label={host.name}
            />
            <span
              className={cn("truncate text-xs", host.reachable === false ? "text-bad" : "text-ink-3")}
              title={whySilent(sentences, host) ?? undefined}
            >
              {!takesInstances(host)
                ? t("draining")
                : host.reachable === false
                  ? t("unreachable")
                  : t("carries", { count: host.instances.length })}
            </span>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** What would be registered, by name; what was refused stands there with its reason. */
function Planned({ planned, problems }: { planned: readonly PlannedInstance[]; problems: Problems }) {
  const t = useTranslations("services.add");
  const sentences = useSentences();
  if (planned.length === 0) return <p className="text-ink-3">{t("none")}</p>;
  if (planned.length > MOST_INSTANCES) return <p className="text-bad">{t("tooMany", { most: MOST_INSTANCES })}</p>;
  const rows = planned.map((instance, index) => ({ ...instance, problem: sentences.field(problems, `/instances/${index}`) }));
  const shown = rows.filter((row, index) => index < SHOWN || row.problem !== undefined);
  return (
    <section aria-label={t("planned")} className="grid gap-1">
      <h3 className="font-[550]">{t("planned")}</h3>
      <ul className="grid gap-0.5">
        {shown.map(({ instance_id: id, host, port, problem }) => (
          <li key={id} className="flex flex-wrap justify-between gap-x-3">
            <span className="min-w-0 break-all">{id}</span>
            <span className="font-mono text-ink-2 text-xs">
              {host}:{port}
            </span>
            {problem === undefined ? null : <span className="basis-full text-bad text-xs">{problem}</span>}
          </li>
        ))}
      </ul>
      {rows.length > shown.length ? <p className="text-ink-3">{t("more", { count: rows.length - shown.length })}</p> : null}
    </section>
  );
}
