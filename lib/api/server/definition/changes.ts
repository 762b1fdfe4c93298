import { isDeepStrictEqual } from "node:util";
import { type DefinitionChange, pointerOf } from "@/lib/api/contract";

/** What differs, by JSON pointer: objects field by field, lists as a whole. */
export function changesBetween(before: unknown, after: unknown, pointer = ""): readonly DefinitionChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  // A side that says nothing yet does not hide the fields of the other.
  const isWhole = (old === null && before !== undefined) || (young === null && after !== undefined);
  if (isWhole || (old ?? young) === null) {
    return [{ pointer, ...(before === undefined ? {} : { from: before }), ...(after === undefined ? {} : { to: after }) }];
  }
  const names = new Set([...Object.keys(young ?? {}), ...Object.keys(old ?? {})]);
  return [...names].flatMap((name) => changesBetween(old?.[name], young?.[name], `${pointer}${pointerOf([name])}`));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
