import { labelWords } from "@/components/labels/label-words";
import type { ServiceWire } from "@/lib/api/contract";

/** Every word must be found in the service's name, its labels or a version that runs. Case does not matter. */
export function matchesFilter(service: Pick<ServiceWire, "name" | "labels" | "versions">, filter: string): boolean {
  const text = [service.name, ...labelWords(service.labels), ...service.versions.map((each) => each.version)]
    .join(" ")
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
