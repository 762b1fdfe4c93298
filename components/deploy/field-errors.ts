import { ApiProblem } from "@/lib/client/problem";

/** The API's complaint about one field, by its JSON pointer; a pointer inside of it counts too. */
export function complaintAbout(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.problem.errors?.find((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`))?.detail;
}
