"use client";

import { Check, CircleHelp, type LucideIcon, Minus, PauseCircle, Unplug, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { whySilent } from "@/components/sentences/why-silent";
import { INSTANCE_LOOK } from "@/components/states/looks";
import { Chip, TONE_TEXT, type Tone } from "@/components/ui/chip";
import { cn } from "@/components/ui/cn";
import { RelativeTime } from "@/components/ui/relative-time";
import { HIDE_BELOW_LG } from "@/components/ui/table";
import { VersionName } from "@/components/ui/version-dot";
import type { HostWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { HostActions } from "./host-actions";
import { conditionOf, type HostCondition } from "./host-filter";

/** Instances shown before "+12". */
const SHOWN = 3;

/** Drawn anew only when something of this very host has changed: there are hundreds of them, and one has changed. */
export const HostRow = memo(function HostRow({ host }: { host: HostWire }) {
  const t = useTranslations("hosts");
  const why = whySilent(useSentences(), host);
  return (
    <tr id={host.name} data-row tabIndex={-1} className="align-top target:[&>td]:bg-accent-soft [&>td]:align-top!">
      <td className="py-1.5!">
        <span className="font-[550]">{host.name}</span> <span className="text-ink-3 text-xs">{t(`kind.${host.kind}`)}</span>
      </td>
      <td className="py-1.5!">
        <HostState host={host} />
      </td>
      <td className={cn(HIDE_BELOW_LG, "py-2! font-mono text-ink-2 text-xs")}>{host.address}</td>
      <td className={cn(HIDE_BELOW_LG, "py-1.5! text-ink-2")}>{host.zone}</td>
      <td className="py-1.5! text-ink-2">
        {host.last_answer_at === null ? t("never") : <RelativeTime at={host.last_answer_at} />}
      </td>
      <td className="wide py-1!">
        {why === null ? null : <p className="max-w-3xl whitespace-normal break-words py-0.5 text-bad">{why}</p>}
        <Running host={host} />
      </td>
      <td className="act num w-px py-1! max-sm:[grid-area:2/2]! max-sm:justify-self-end max-sm:pt-0!">
        <HostActions host={host} />
      </td>
    </tr>
  );
});

const LOOK: Readonly<Record<HostCondition, { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  unreachable: { tone: "bad", icon: Unplug },
  draining: { tone: "warn", icon: PauseCircle },
  notAsked: { tone: "off", icon: CircleHelp },
  answers: { tone: "ok", icon: Check },
  retired: { tone: "off", icon: Minus },
};

function HostState({ host }: { host: HostWire }) {
  const t = useTranslations("hosts.state");
  const condition = conditionOf(host);
  return <Chip {...LOOK[condition]}>{t(condition)}</Chip>;
}

function Running({ host }: { host: HostWire }) {
  const t = useTranslations("hosts");
  const statuses = useTranslations("statuses.instance");
  const [all, setAll] = useState(false);
  if (host.instances.length === 0) return <p className="py-0.5 text-ink-3">{t("empty")}</p>;
  // What is not well comes first.
  const instances = host.instances.toSorted((a, b) => Number(a.status === "active") - Number(b.status === "active"));
  const shown = all ? instances : instances.slice(0, SHOWN);
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-0.5">
      {shown.map((instance) => {
        const { icon: Icon, tone } = INSTANCE_LOOK[instance.status];
        return (
          <li key={instance.instance_id} className="flex min-w-0 items-center gap-1.5 py-0.5">
            <Icon
              aria-label={statuses(instance.status)}
              role="img"
              strokeWidth={2.5}
              className={cn("size-3 shrink-0", TONE_TEXT[tone])}
            />
            <Link
              href={path`/instances/${instance.instance_id}`}
              className="max-w-52 truncate hover:underline"
              title={`${instance.instance_id} · :${instance.port}`}
            >
              {instance.instance_id}
            </Link>
            <VersionName version={instance.version} color={instance.color} className="max-w-36" />
          </li>
        );
      })}
      {host.instances.length > SHOWN ? (
        <li>
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setAll((before) => !before)}
            className="flex h-6 items-center gap-1 rounded-md px-1 text-accent text-xs hover:underline"
          >
            {all ? <X aria-hidden className="size-3" /> : null}
            {all ? t("fewer") : t("more", { count: host.instances.length - SHOWN })}
          </button>
        </li>
      ) : null}
    </ul>
  );
}
