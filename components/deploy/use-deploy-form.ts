"use client";

import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useDebounced } from "@/components/ui/use-debounced";
import type { PreviewParamsWire, plan } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { newId } from "@/lib/client/ids";
import { keys } from "@/lib/client/keys";
import { rosterQuery, serviceQuery, versionsQuery } from "@/lib/client/queries/services";
import { type DeployForm, isVersionName, openedForm, type Preset, requestOf, selectedIds, strategyOf } from "./deploy-form";
import { formOf } from "./strategy-form";

const PREVIEW_AFTER_MS = 250;

/** The sheet's state: what stands in it, what the service has, what the plan would be, and the request when it is whole. */
export function useDeployForm(
  service: string,
  opened: { readonly version: string | null; readonly instances: readonly string[] },
) {
  const [{ id, now }] = useState(() => ({ id: newId("ro"), now: Date.now() }));
  const [form, setForm] = useState<DeployForm>(() => openedForm(opened.version, opened.instances));
  const change = (next: Partial<DeployForm>) => setForm((before) => ({ ...before, ...next }));

  const detail = useQuery(serviceQuery(service));
  const versions = useQuery(versionsQuery(service));
  const roster = useQuery(rosterQuery(service));
  const known = versions.data?.find((each) => each.version === form.version);
  const selected = useMemo(() => selectedIds(form.selection, roster.data ?? []), [form.selection, roster.data]);

  const asked = useDebounced(usePreviewParams(service, form, selected, now), PREVIEW_AFTER_MS);
  const preview = useQuery({
    queryKey: keys.service.preview(service, asked ?? {}),
    queryFn: asked === null ? skipToken : ({ signal }) => api.post<Answer<typeof plan>>("/rollouts/preview", asked, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });

  return {
    form,
    change,
    choosePreset: (preset: Preset) =>
      change({
        preset,
        ...(preset === "custom" && form.preset !== "custom" && preview.data !== undefined
          ? { custom: formOf(preview.data.strategy) }
          : {}),
      }),
    now,
    detail,
    versions,
    roster,
    known,
    selected,
    preview: asked === null ? undefined : preview.data,
    previewStale: preview.isFetching || preview.isPlaceholderData,
    previewError: preview.error,
    request: requestOf(form, { id, service, instances: selected, known, now }),
  };
}

/** What the plan is asked for; null while the form does not say enough. Keeps its identity while nothing in it changed. */
function usePreviewParams(service: string, form: DeployForm, selected: readonly string[], now: number): PreviewParamsWire | null {
  const { version, preset, custom } = form;
  return useMemo(() => {
    const strategy = strategyOf({ preset, custom }, now);
    if (!isVersionName(version) || selected.length === 0 || strategy === null) return null;
    return { kind: "deployment", service, version, instances: [...selected], ...(strategy === undefined ? {} : { strategy }) };
  }, [service, version, preset, custom, selected, now]);
}
