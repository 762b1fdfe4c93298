import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { argumentsOf, valuesFor } from "@/components/sentences/values";
import { loadMessages } from "@/i18n/messages";
import { ERROR_CODES, FAILURE_CODES } from "@/lib/deploy/domain/errors";
import { EVENT_CODES } from "@/lib/deploy/domain/events";
import { HOST_TROUBLES } from "@/lib/deploy/domain/host-troubles";
import {
  INSTANCE_CONDITIONS,
  INSTANCE_STATUSES,
  ROLLOUT_KINDS,
  ROLLOUT_STATUSES,
  TARGET_STATUSES,
  VERSION_STATUSES,
} from "@/lib/deploy/domain/statuses";

const en = flat(await loadMessages("en"));
const zh = flat(await loadMessages("zh"));

function flat(tree: object, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(`${prefix}${name}`, value);
    else for (const [key, text] of flat(value, `${prefix}${name}.`)) found.set(key, text);
  }
  return found;
}

const WAITING =
  "grace start_time instances_busy worker packages preparing instances bake gate min_healthy person unknown_hosts held_by hold reverting";
const REASONS =
  "failures_exceeded min_healthy by_person taken_over_in_part package bake_alarm barrier gate aborted undone replaced busy_too_long rollback_incomplete no_earlier_version";
const CAUTIONS =
  "barrier target_young target_had_errors rollout_old several_targets host_unreachable bytes_to_transfer someone_acted not_answering version_withdrawn";

describe("English and Chinese", () => {
  it("say the same things", () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
  });

  it.each([...en.keys()])("%s takes the same values in both", (key) => {
    expect([...argumentsOf(zh.get(key) ?? "").keys()].sort()).toEqual([...argumentsOf(en.get(key) ?? "").keys()].sort());
  });

  it.each([...en.keys()])("%s is a sentence in both even when nothing is known", (key) => {
    for (const [locale, messages] of [["en", en] as const, ["zh", zh] as const]) {
      const message = messages.get(key) ?? "";
      const t = createTranslator({
        locale,
        messages: { it: message },
        onError: (error) => {
          throw error;
        },
      });
      const tags = Object.fromEntries([...message.matchAll(/<(\w+)>/g)].map(([, tag]) => [tag, (inside: string) => inside]));
      const said = t.markup("it", { ...valuesFor(message, {}, locale), ...tags });
      expect(said).not.toMatch(/[{}]|undefined|null/);
      expect(said === "" && !key.endsWith(".join")).toBe(false);
    }
  });
});

describe.each([
  ["events", EVENT_CODES],
  ["errors", ERROR_CODES],
  ["failures", FAILURE_CODES],
  ["troubles", HOST_TROUBLES],
  ["conditions", INSTANCE_CONDITIONS],
  ["statuses.rollout", ROLLOUT_STATUSES],
  ["statuses.target", TARGET_STATUSES],
  ["statuses.instance", INSTANCE_STATUSES],
  ["statuses.version", VERSION_STATUSES],
  ["statuses.kind", ROLLOUT_KINDS],
  ["statuses.reason", REASONS.split(" ")],
  ["waiting", WAITING.split(" ")],
  ["cautions", CAUTIONS.split(" ")],
])("%s", (namespace, codes: readonly string[]) => {
  it.each([...codes])("has its sentence for %s", (code) => {
    expect(en.has(`${namespace}.${code}`)).toBe(true);
    expect(zh.has(`${namespace}.${code}`)).toBe(true);
  });
});
