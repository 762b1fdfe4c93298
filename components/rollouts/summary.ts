import type { RolloutTargetWire, RolloutWire } from "@/lib/api/contract";
import { groupFailures } from "./failure-groups";
import { versionsNow } from "./wave-groups";

/** The words of a summary, already in the reader's language. */
export interface SummaryWords {
  readonly kind: string;
  readonly status: string;
  /** Where no version runs, and where that is not known. */
  readonly nothing: string;
  readonly unknown: string;
  /** What stands before the versions; of a rollout that has ended, how it left them. */
  readonly runs: string;
  readonly failed: string;
  readonly cause: (target: RolloutTargetWire & { readonly failure: NonNullable<RolloutTargetWire["failure"]> }) => string;
}

const NAMED = 5;

/** A few lines of Markdown for an incident channel: what it is, how it stands, what runs where, what failed, and the link. */
export function summaryOf(rollout: RolloutWire, targets: readonly RolloutTargetWire[], words: SummaryWords, url: string): string {
  const from = rollout.from_versions.join(", ");
  const change = `${from === "" ? "" : `\`${from}\` → `}\`${rollout.to_versions.join(", ")}\``;
  const now = versionsNow(targets)
    .map((each) => `${each.instances} × ${each.version === null ? words[each.runs] : `\`${each.version}\``}`)
    .join(", ");
  const failures = groupFailures(targets).map((group) => {
    const first = group.targets[0];
    const named = group.targets.slice(0, NAMED).map((target) => target.instance_id);
    const more = group.targets.length > NAMED ? ` +${group.targets.length - NAMED}` : "";
    return `- ${first === undefined ? "" : words.cause(first)} × ${group.targets.length} (${named.join(", ")}${more})`;
  });
  return [
    `**${words.kind} ${rollout.service}** ${change}: **${words.status}**`,
    `${rollout.id} · ${rollout.requested_by} · ${rollout.created_at}${rollout.reason === null ? "" : ` · ${rollout.reason}`}`,
    ...(now === "" ? [] : [`${words.runs}: ${now}`]),
    ...(failures.length === 0 ? [] : [`${words.failed}:`, ...failures]),
    url,
  ].join("\n");
}
