import {
  type DeployParamsWire,
  type InstanceInfoWire,
  type StrategyInput,
  type VersionWire,
  versionName,
} from "@/lib/api/contract";
import { FIRST_CUSTOM, inputOf, type StrategyForm } from "./strategy-form";

export type Selection =
  | { readonly kind: "all" }
  | { readonly kind: "on"; readonly version: string }
  | { readonly kind: "not_answering" }
  | { readonly kind: "chosen"; readonly ids: readonly string[] };

export type Preset = "service" | "canary" | "rolling" | "all_at_once" | "custom";

/** What stands in the sheet. */
export interface DeployForm {
  readonly version: string;
  /** Only for a version that the catalogue does not know. */
  readonly packageUrl: string;
  readonly selection: Selection;
  readonly preset: Preset;
  readonly custom: StrategyForm;
  readonly reason: string;
  /** null = no barrier. */
  readonly barrier: string | null;
}

/** An empty sheet, or one opened with a version and instances. */
export function openedForm(version: string | null, instances: readonly string[]): DeployForm {
  return {
    version: version ?? "",
    packageUrl: "",
    selection: instances.length === 0 ? { kind: "all" } : { kind: "chosen", ids: instances },
    preset: "canary",
    custom: FIRST_CUSTOM,
    reason: "",
    barrier: null,
  };
}

/** The instances that a selection means, in the roster's order; chosen ones that are gone are left out. */
export function selectedIds(selection: Selection, roster: readonly InstanceInfoWire[]): readonly string[] {
  return roster.filter((instance) => isSelected(selection, instance)).map((instance) => instance.instance_id);
}

function isSelected(selection: Selection, instance: InstanceInfoWire): boolean {
  switch (selection.kind) {
    case "all":
      return true;
    case "on":
      return instance.version === selection.version;
    case "not_answering":
      return instance.healthy === false;
    case "chosen":
      return selection.ids.includes(instance.instance_id);
    default:
      return selection satisfies never;
  }
}

/** `undefined`: the service's own strategy. null: the form has something to put right. */
export function strategyOf(form: Pick<DeployForm, "preset" | "custom">, now: number): StrategyInput | undefined | null {
  if (form.preset === "service") return undefined;
  return form.preset === "custom" ? inputOf(form.custom, now) : { preset: form.preset };
}

export function isVersionName(text: string): boolean {
  return versionName.safeParse(text).success;
}

/**
 * The request as it would be sent now; null while something is missing or wrong. `known` is the catalogue's entry of the
 * version, whose package is taken; `now` is epoch milliseconds.
 */
export function requestOf(
  form: DeployForm,
  given: {
    readonly id: string;
    readonly service: string;
    readonly instances: readonly string[];
    readonly known: VersionWire | undefined;
    readonly now: number;
  },
): DeployParamsWire | null {
  const strategy = strategyOf(form, given.now);
  const packageUrl = given.known?.package_url ?? form.packageUrl.trim();
  const barrier = form.barrier?.trim();
  if (!isVersionName(form.version) || packageUrl === "" || given.instances.length === 0 || strategy === null || barrier === "")
    return null;
  return {
    deploy_id: given.id,
    service: given.service,
    version: form.version,
    instances: [...given.instances],
    package_url: packageUrl,
    ...(strategy === undefined ? {} : { strategy }),
    ...(form.reason.trim() === "" ? {} : { reason: form.reason.trim() }),
    ...(barrier === undefined ? {} : { barrier: { reason: barrier } }),
  };
}
