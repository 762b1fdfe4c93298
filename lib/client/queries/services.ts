import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  definitionAnswer,
  instancePage,
  overview,
  PreviewParamsWire,
  plan,
  serviceDetail,
  servicePage,
  versionPage,
} from "@/lib/api/contract";
import { type Answer, api } from "../api";
import { keys } from "../keys";
import { path } from "../path";
import { allPages } from "./all-pages";

/** What the Fleet page says above its table. */
export function overviewQuery() {
  return queryOptions({
    queryKey: keys.overview,
    queryFn: ({ signal }) => api.get<Answer<typeof overview>>("/overview", {}, { signal }),
  });
}

/** Every service, all pages. */
export function servicesQuery() {
  return queryOptions({
    queryKey: keys.services.list(),
    queryFn: ({ signal }) =>
      allPages((cursor) => api.get<Answer<typeof servicePage>>("/services", { limit: 500, cursor }, { signal })),
  });
}

export function serviceQuery(name: string) {
  return queryOptions({
    queryKey: keys.service.detail(name),
    queryFn: ({ signal }) => api.get<Answer<typeof serviceDetail>>(path`/services/${name}`, {}, { signal }),
  });
}

/** The catalogue of a service, all pages, newest first. */
export function versionsQuery(name: string) {
  return queryOptions({
    queryKey: keys.service.versions(name),
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        api.get<Answer<typeof versionPage>>(path`/services/${name}/versions`, { limit: 500, cursor }, { signal }),
      ),
  });
}

/** Every instance of a service at this moment: asked anew wherever it is shown first, and not kept live. */
export function rosterQuery(name: string) {
  return queryOptions({
    queryKey: keys.service.roster(name),
    queryFn: ({ signal }) =>
      allPages((cursor) =>
        api.get<Answer<typeof instancePage>>(path`/services/${name}/instances`, { limit: 500, cursor }, { signal }),
      ),
    staleTime: 0,
  });
}

/** The plan of a rollout without doing it. While another is being asked for, the last one stays. */
export function previewQuery(params: PreviewParamsWire) {
  return queryOptions({
    queryKey: keys.service.preview(params.service, params),
    queryFn: ({ signal }) => api.post<Answer<typeof plan>>("/rollouts/preview", params, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
}

/** Where a definition goes: to its own service, or to whichever it names. */
export function definitionPath(service: string | null): string {
  return service === null ? "/slipway.yaml" : path`/services/${service}/slipway.yaml`;
}

/** What a file would change. `revision`: of the settings that are shown, so that it is asked anew when they change. */
export function definitionQuery(service: string | null, revision: number, text: string) {
  return queryOptions({
    queryKey: keys.service.definition(service, revision, text),
    queryFn: ({ signal }) =>
      api.putText<Answer<typeof definitionAnswer>>(`${definitionPath(service)}?dry_run=true`, text, {
        signal,
        type: "application/yaml",
      }),
    enabled: text.trim() !== "",
    staleTime: 0,
    gcTime: 30_000,
  });
}
