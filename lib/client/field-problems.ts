import { ApiProblem } from "./problem";

/** What is wrong with the fields of a form, by the JSON pointer of the request: a code and what its sentence needs. */
export type Problems = ReadonlyMap<string, FieldProblem>;
export interface FieldProblem {
  readonly code: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export const NO_PROBLEMS: Problems = new Map();

/** The bad fields that the server named; none where it refused for another reason. */
export function problemsOf(error: unknown): Problems {
  if (!(error instanceof ApiProblem)) return NO_PROBLEMS;
  return new Map((error.problem.errors ?? []).map(({ pointer, code, params }) => [pointer, { code, params }]));
}

/** The first problem at a pointer or below it. */
export function problemAt(problems: Problems, pointer: string): FieldProblem | undefined {
  for (const [at, problem] of problems) {
    if (at === pointer || at.startsWith(`${pointer}/`)) return problem;
  }
  return undefined;
}
