"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Combobox } from "@/components/ui/combobox";
import { CONTROL } from "@/components/ui/field";
import { servicesQuery } from "@/lib/client/queries/services";
import { type ChangesView, SPANS } from "./use-changes-filter";

export function ChangesFilters({ filter, change }: { filter: ChangesView; change: (next: Partial<ChangesView>) => void }) {
  const t = useTranslations("changes");
  const services = useQuery(servicesQuery());
  return (
    <search className="flex flex-wrap items-center gap-2">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">{t("span.legend")}</legend>
        {SPANS.map((span) => (
          <Button
            key={span}
            aria-pressed={filter.span === span}
            className="max-sm:h-10 aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
            onClick={() => change({ span, at: span === "around" ? (filter.at ?? new Date()) : null })}
          >
            {t(`span.${span}`)}
          </Button>
        ))}
      </fieldset>
      {filter.span === "around" ? (
        <input
          type="datetime-local"
          aria-label={t("at")}
          value={localMinute(filter.at ?? new Date())}
          onChange={(event) => event.target.value !== "" && change({ span: "around", at: new Date(event.target.value) })}
          className={cn(CONTROL, "h-[30px] w-52! max-sm:h-10 max-sm:w-full!")}
        />
      ) : null}
      <Combobox
        label={t("service")}
        placeholder={t("anyService")}
        items={services.data?.map((service) => service.name) ?? []}
        value={filter.service ?? ""}
        onChange={(service) => change({ service: service === "" ? null : service })}
        className="w-44! max-sm:w-full!"
      />
    </search>
  );
}

/** As a `datetime-local` field wants it: the viewer's zone, to the minute. */
function localMinute(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
