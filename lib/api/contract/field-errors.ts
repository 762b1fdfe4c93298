/** What is wrong with the fields of a request, as codes with parameters: the sentences are in the messages (`fields.<code>`). */
import type { z } from "zod";
import type { FieldError, Params } from "@/lib/deploy/domain/errors";
import { isFormat } from "./formats";

/** How a schema must be asked so that a missing field can be told from a wrong one. */
export const TELLING = { reportInput: true } as const;

/** Each bad field, in the order of the schema. The error must come from a parse with {@link TELLING}. */
export function fieldErrors(error: z.ZodError): readonly FieldError[] {
  return error.issues.flatMap(fromIssue);
}

/** RFC 6901. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function fromIssue(issue: z.core.$ZodIssue): readonly FieldError[] {
  const pointer = pointerOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ pointer: `${pointer}${pointerOf([key])}`, code: "unknown_field" }));
  }
  if (issue.input === undefined) return [{ pointer, code: "required" }];
  return [{ pointer, ...coded(issue) }];
}

function coded(issue: z.core.$ZodIssue): { readonly code: string; readonly params?: Params } {
  switch (issue.code) {
    case "invalid_type":
      return { code: "invalid_type", params: { expected: issue.expected } };
    case "too_small":
      return { code: "too_small", params: { origin: issue.origin, minimum: Number(issue.minimum) } };
    case "too_big":
      return { code: "too_big", params: { origin: issue.origin, maximum: Number(issue.maximum) } };
    case "invalid_value":
      return { code: "invalid_value", params: { values: issue.values.map(String) } };
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? { code: "invalid_value", params: { values: issue.options.map(String) } }
        : formatted(issue);
    case "invalid_key":
      return { ...formatted(issue.issues[0] ?? issue), code: "invalid_key" };
    default:
      return formatted(issue);
  }
}

/** A schema with a pattern of its own names it by its message; otherwise it is one of the usual formats, or nothing is known. */
function formatted(issue: z.core.$ZodIssue): { readonly code: string; readonly params: Params } {
  const usual = "format" in issue && issue.format !== undefined ? String(issue.format) : null;
  return { code: "invalid_format", params: { format: isFormat(issue.message) ? issue.message : usual } };
}
