import type { ServiceWire } from "@/lib/api/contract";

/** Every word must be found in the service's name, its labels or a version that runs. Case does not matter. */
export function matchesFilter(service: Pick<ServiceWire, "name" | "labels" | "versions">, filter: string): boolean {
  const text = [
    service.name,
    ...Object.entries(service.labels).map(([key, value]) => `${key}=${value}`),
    ...service.versions.map((each) => each.version),
  ]
    .join(" ")
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
