import { ApiProblem } from "@/lib/client/problem";
import type { Problems } from "./draft";

/** The bad fields that the server named, by JSON pointer; none where it refused for another reason. */
export function fieldsOf(error: unknown): Problems {
  if (!(error instanceof ApiProblem)) return new Map();
  return new Map((error.problem.errors ?? []).map((each) => [each.pointer, each.detail]));
}
