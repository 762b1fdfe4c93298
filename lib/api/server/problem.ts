import type { Locale } from "@/i18n/locales";
import type { Problem } from "@/lib/api/contract";
import { databaseAway } from "@/lib/deploy/compose";
import { type FieldError, SlipwayError } from "@/lib/deploy/domain/errors";
import { errorSentence, fieldSentence } from "./sentence";
import { HTTP_STATUS, retryAfterS } from "./statuses";
import { toWire } from "./wire";

/** The refusal behind whatever was thrown: what nobody foresaw is `internal`, without details. */
export function refusalOf(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  return new SlipwayError(databaseAway(error) ? "unavailable" : "internal", {}, { cause: error });
}

/** RFC 9457, with the sentence in the reader's language. */
export function problemResponse(refusal: SlipwayError, locale: Locale, headers: Readonly<Record<string, string>> = {}): Response {
  const status = HTTP_STATUS[refusal.code];
  const { fields, conflict, plan } = refusal.more;
  const detail = errorSentence(locale, refusal.code, refusal.params);
  const body: Problem = {
    type: `/problems/${refusal.code}`,
    title: refusal.code.replaceAll("_", " "),
    status,
    code: refusal.code,
    detail,
    params: refusal.params,
    ...(fields === undefined ? {} : { errors: fields.map((field) => toldField(locale, field)) }),
    ...(conflict === undefined
      ? {}
      : {
          conflict: {
            rollout_id: conflict.rolloutId,
            requested_by: conflict.requestedBy,
            created_at: conflict.createdAt.toISOString(),
            page: `/rollouts/${encodeURIComponent(conflict.rolloutId)}`,
          },
        }),
    ...(plan === undefined ? {} : { plan: toWire(plan) }),
  };
  const after = refusal.more.retryAfterS ?? retryAfterS(status);
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "content-language": locale,
      "cache-control": "no-store",
      ...(after === null ? {} : { "retry-after": String(after) }),
      ...headers,
    },
  });
}

function toldField(locale: Locale, { pointer, code, params = {}, at }: FieldError): NonNullable<Problem["errors"]>[number] {
  return { pointer, code, params, detail: fieldSentence(locale, code, params), ...at };
}
