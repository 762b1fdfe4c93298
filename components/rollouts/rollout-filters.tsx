"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsIsoDateTime, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Combobox } from "@/components/ui/combobox";
import { CONTROL } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { ROLLOUT_KINDS, ROLLOUT_STATUSES } from "@/lib/api/contract/words";
import type { RolloutFilter } from "@/lib/client/queries/rollouts";
import { servicesQuery } from "@/lib/client/queries/services";

const STATUSES = [...ROLLOUT_STATUSES, "live"] as const;
const SPANS = { "1h": 3600, "24h": 86_400, "7d": 7 * 86_400, "30d": 30 * 86_400 } as const;
type Span = keyof typeof SPANS;

const PARSERS = {
  service: parseAsString,
  status: parseAsStringLiteral(STATUSES),
  kind: parseAsStringLiteral(ROLLOUT_KINDS),
  person: parseAsString,
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};

interface Change {
  readonly service?: string | null;
  readonly status?: RolloutFilter["status"] | null;
  readonly kind?: RolloutFilter["kind"] | null;
  readonly person?: string | null;
  readonly from?: Date | null;
  readonly to?: Date | null;
}

/** The filter as it stands in the address: a link to it shows the same rollouts to anyone. */
export function useRolloutFilter() {
  const [given, set] = useQueryStates(PARSERS);
  const filter: RolloutFilter = {
    service: given.service ?? undefined,
    status: given.status ?? undefined,
    kind: given.kind ?? undefined,
    person: given.person ?? undefined,
    from: given.from?.toISOString(),
    to: given.to?.toISOString(),
  };
  return {
    filter,
    active: Object.values(filter).some((value) => value !== undefined),
    change: (next: Change) => void set(next, { history: "replace" }),
    clear: () => void set(null),
  };
}

interface RolloutFiltersProps {
  readonly filter: RolloutFilter;
  readonly change: (next: Change) => void;
  /** null when there is nothing to clear. */
  readonly clear: (() => void) | null;
}

export function RolloutFilters({ filter, change, clear }: RolloutFiltersProps) {
  const t = useTranslations("rollouts.filter");
  const statuses = useTranslations("statuses");
  const services = useQuery(servicesQuery());
  const any = { value: "any" as const, label: t("any") };
  return (
    <search className="flex flex-wrap items-center gap-2">
      <Combobox
        label={t("service")}
        placeholder={t("service")}
        items={services.data?.map((service) => service.name) ?? []}
        value={filter.service ?? ""}
        onChange={(service) => change({ service: service === "" ? null : service })}
        className="w-44! max-sm:w-full!"
      />
      <Select
        label={t("status")}
        prefix={t("status")}
        options={[
          any,
          { value: "live" as const, label: t("live") },
          ...ROLLOUT_STATUSES.map((value) => ({ value, label: statuses(`rollout.${value}`) })),
        ]}
        value={filter.status ?? "any"}
        onChange={(status) => change({ status: status === "any" ? null : status })}
      />
      <Select
        label={t("kind")}
        prefix={t("kind")}
        options={[any, ...ROLLOUT_KINDS.map((value) => ({ value, label: statuses(`kind.${value}`) }))]}
        value={filter.kind ?? "any"}
        onChange={(kind) => change({ kind: kind === "any" ? null : kind })}
      />
      <Select
        label={t("since")}
        prefix={t("since")}
        options={[
          any,
          ...spans().map((value) => ({ value, label: t(`span.${value}`) })),
          ...(filter.from === undefined ? [] : [{ value: "given" as const, label: t("given") }]),
        ]}
        value={filter.from === undefined ? "any" : "given"}
        onChange={(span) =>
          span !== "given" && change({ from: span === "any" ? null : new Date(Date.now() - SPANS[span] * 1000), to: null })
        }
      />
      <input
        data-page-filter
        aria-label={t("person")}
        placeholder={t("person")}
        value={filter.person ?? ""}
        onChange={(event) => change({ person: event.target.value === "" ? null : event.target.value })}
        className={cn(CONTROL, "h-[30px] w-36! max-sm:h-10 max-sm:w-auto! max-sm:flex-1")}
      />
      <Button variant="quiet" onClick={clear ?? undefined} className={clear === null ? "invisible" : undefined}>
        <X aria-hidden />
        {t("clear")}
      </Button>
    </search>
  );
}

function spans(): readonly Span[] {
  return ["1h", "24h", "7d", "30d"];
}
