import { durationParts } from "@/components/ui/duration-parts";
import type { EventWire, RolloutWire } from "@/lib/api/contract";
import { type Problems, problemAt } from "@/lib/client/field-problems";
import { ApiProblem, isTransient, NetworkFailure, UnexpectedAnswer } from "@/lib/client/problem";
import { digestText, sizeText } from "./quantities";
import { saidByHost } from "./said-by-host";
import { type Params, type Values, valuesFor } from "./values";

/** The part of next-intl's translator that is used: keys are `namespace.key`. */
export interface Translator {
  (key: string, values?: Values): string;
  has(key: string): boolean;
  raw(key: string): unknown;
}

export interface Coded {
  readonly code: string;
  readonly params: Params;
}

/**
 * Codes and parameters told as sentences in the reader's language. A code that this page does not know (the server is
 * newer) is shown as it is.
 */
export class Sentences {
  constructor(
    private readonly t: Translator,
    readonly locale: string,
  ) {}

  event(event: EventWire): string {
    const { params } = event;
    return this.#say("events", event.code, {
      ...params,
      instance: params.instance ?? event.instance_id,
      host: params.host ?? event.host,
      service: params.service ?? event.service,
      by: params.by ?? event.actor,
      version: params.version ?? params.to_version,
    });
  }

  failure(failure: Coded): string {
    return this.#say("failures", failure.code, failure.params);
  }

  /** `secondsLeft`: until `until`, by the server's clock; null while it is not known. */
  waiting(waiting: Coded, secondsLeft: number | null): string {
    return this.#say("waiting", waiting.code, {
      ...waiting.params,
      duration: secondsLeft === null ? null : this.span(secondsLeft),
    });
  }

  statusReason(reason: NonNullable<RolloutWire["status_reason"]>): string {
    return this.#say("statuses.reason", reason.code, reason.params);
  }

  caution(caution: Coded): string {
    return this.#say("cautions", caution.code, caution.params);
  }

  condition(code: string): string {
    return this.#say("conditions", code, {});
  }

  /** A line that host.sh wrote, in the reader's language where it is one of its own. */
  line(text: string): string {
    const said = saidByHost(text);
    return said === null ? text : this.answer(said);
  }

  /** Why a host does not answer, with the next step. */
  trouble(trouble: Coded): string {
    return this.#say("troubles", trouble.code, trouble.params);
  }

  /** What a health question was answered, or why an instance is in its condition. */
  answer(answer: Coded): string {
    const known = this.t.has(`conditions.answer.${answer.code}`);
    return this.#say(known ? "conditions.answer" : "conditions", answer.code, answer.params);
  }

  /** Why a package URL cannot be used: the `why` of `invalid_package_url`. */
  packageReason(why: string, params: Params = {}): string {
    return this.#say("packages", why, params);
  }

  /** What went wrong and what is true now, for whatever a call threw. */
  problem(error: unknown): string {
    if (error instanceof ApiProblem) {
      return error.problem.detail === "" ? this.#say("errors", error.code, error.problem.params) : error.problem.detail;
    }
    if (error instanceof NetworkFailure) return this.#say("errors", `network_${error.reason}`, {});
    if (error instanceof UnexpectedAnswer) return this.#say("errors", "unexpected_answer", { status: error.status });
    return this.#say("errors", "unexpected", {});
  }

  /** Why what a page shows could not be read. What may come by itself is asked for again by itself (lib/client/events/live.ts). */
  unread(error: unknown): string {
    if (!isTransient(error)) return this.problem(error);
    const why = error instanceof NetworkFailure ? error.reason : "unavailable";
    return this.#say("errors", `unread_${why}`, {});
  }

  /** What is wrong with a field, by the pointer of the request; undefined where nothing is. */
  field(problems: Problems, pointer: string): string | undefined {
    const problem = problemAt(problems, pointer);
    return problem === undefined ? undefined : this.#say("fields", problem.code, problem.params ?? {});
  }

  /** A refusal that came as code and parameters, inside a plan. */
  refusal(refusal: Coded): string {
    return this.#say("errors", refusal.code, refusal.params);
  }

  /** A length of time: at most `most` neighbouring units. */
  span(seconds: number, most = 1): string {
    return durationParts(seconds, most)
      .map((part) => this.t(`ui.duration.${part.unit}`, { count: part.count }))
      .join(this.t("ui.duration.join"));
  }

  size(bytes: number): string {
    return sizeText(bytes, this.locale);
  }

  digest(sha256: string): string {
    return digestText(sha256);
  }

  #say(namespace: string, code: string, params: Params): string {
    const key = `${namespace}.${code}`;
    if (!this.t.has(key)) return code.replaceAll("_", " ");
    const message = this.t.raw(key);
    if (typeof message !== "string") return code;
    return this.t(key, valuesFor(message, { ...params, ...this.#derived(params) }, this.locale));
  }

  /** Values that sentences use beside the parameters as they came. */
  #derived(params: Params): Params {
    const { seconds, size, bytes, limit, sha256, code, reason, why, detail, trouble } = params;
    const known = (namespace: string, given: unknown) =>
      typeof given === "string" && this.t.has(`${namespace}.${given}`)
        ? this.#say(namespace, given, without(params, given))
        : null;
    const told = known("troubles", trouble);
    const cause = known("statuses.reason", why) ?? known("statuses.reason", reason) ?? known("statuses.reason", code);
    return {
      ...(typeof seconds === "number" ? { duration: this.span(seconds) } : {}),
      ...(typeof size === "number" ? { size: this.size(size) } : {}),
      ...(typeof bytes === "number" ? { bytes: this.size(bytes) } : {}),
      ...(typeof limit === "number" ? { limit: this.size(limit) } : {}),
      ...(typeof sha256 === "string" ? { sha256: digestText(sha256) } : {}),
      ...this.#detail(detail, params),
      failure: known("failures", code),
      ...(cause === null ? {} : { why: cause }),
      trouble_text: told?.replace(/[.。]$/, "") ?? null,
      why_text: known("packages", why) ?? known("fields", `strategy_${String(why)}`) ?? known("statuses.reason", why) ?? why,
    };
  }

  /** A detail is a line as the host wrote it, or the coded answer to a health question. */
  #detail(detail: unknown, params: Params): Params {
    if (isCoded(detail)) return { detail: this.answer(detail), answer: this.answer(detail) };
    if (typeof detail !== "string") return {};
    const said = saidByHost(detail);
    if (said !== null) return { detail: this.answer(said), answer: this.answer(said) };
    return this.t.has(`conditions.answer.${detail}`)
      ? { answer: this.#say("conditions.answer", detail, without(params, detail)) }
      : { answer: detail };
  }
}

/** The parameters without those that named `code`, so that a sentence never contains itself. */
function without(params: Params, code: string): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== code));
}

function isCoded(value: unknown): value is Coded {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string" && "params" in value;
}
