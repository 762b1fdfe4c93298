import { parseAsString, parseAsStringLiteral } from "nuqs";
import { labelWords } from "@/components/labels/label-words";
import type { HostWire } from "@/lib/api/contract";

/** How a host stands, what is worst first: what the chip in its row says, and what a list is narrowed to. */
export const CONDITIONS = ["unreachable", "draining", "notAsked", "answers", "retired"] as const;
export type HostCondition = (typeof CONDITIONS)[number];

export const hostParams = {
  text: parseAsString.withDefault("").withOptions({ history: "replace", throttleMs: 100 }),
  state: parseAsStringLiteral(CONDITIONS),
};

export function conditionOf({ state, reachable }: Pick<HostWire, "state" | "reachable">): HostCondition {
  if (state === "retired") return "retired";
  if (reachable === false) return "unreachable";
  if (state === "draining") return "draining";
  return reachable === null ? "notAsked" : "answers";
}

/** Whether a text stands anywhere in what is known of a host. */
export function matches(host: HostWire, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  const words = [
    host.name,
    host.address,
    host.zone ?? "",
    ...labelWords(host.labels),
    ...host.instances.flatMap((each) => [each.instance_id, each.service, each.version]),
  ];
  return words.some((word) => word.toLowerCase().includes(wanted));
}
