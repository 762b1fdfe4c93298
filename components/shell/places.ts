import { ArrowRightLeft, Boxes, History, type LucideIcon, Server, Settings } from "lucide-react";

export interface Place {
  readonly key: "fleet" | "rollouts" | "hosts" | "changes" | "settings";
  readonly href: string;
  readonly icon: LucideIcon;
  /** First parts of the paths that belong to it. */
  readonly under: readonly string[];
}

/** The pages of the navigation, in order. */
export const PLACES: readonly Place[] = [
  { key: "fleet", href: "/", icon: Boxes, under: ["", "services", "instances"] },
  { key: "rollouts", href: "/rollouts", icon: ArrowRightLeft, under: ["rollouts"] },
  { key: "hosts", href: "/hosts", icon: Server, under: ["hosts"] },
  { key: "changes", href: "/changes", icon: History, under: ["changes"] },
  { key: "settings", href: "/settings", icon: Settings, under: ["settings"] },
];

/** Where a path belongs; null for one that is nowhere. */
export function placeOf(pathname: string): Place | null {
  const first = pathname.split("/")[1] ?? "";
  return PLACES.find((place) => place.under.includes(first)) ?? null;
}
