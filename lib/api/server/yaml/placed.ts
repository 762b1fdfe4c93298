import { type FieldError, SlipwayError } from "@/lib/deploy/domain/errors";
import type { Place, YamlText } from "./read";

/** Of these the name is wrong, not what it says. */
const OF_THE_NAME = ["unknown_field", "invalid_key"];

/** The same refusal, each bad field with its line in the text, in the order of the lines. Anything else as it is. */
export function placed(error: unknown, text: YamlText): unknown {
  if (!(error instanceof SlipwayError) || error.more.fields === undefined) return error;
  const fields = error.more.fields
    .map((field) => ({ ...told(field, text), at: field.at ?? placeOf(field, text) }))
    .toSorted((one, other) => one.at.line - other.at.line || one.at.column - other.at.column);
  return new SlipwayError(error.code, error.params, { ...error.more, fields });
}

/** What is missing is missed where it would stand: below the nearest name that is there. */
function placeOf({ pointer, code }: FieldError, { spots }: YamlText): Place {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
    const spot = spots.get(at);
    if (spot !== undefined) return at !== pointer || OF_THE_NAME.includes(code) ? spot.name : spot.value;
    if (at === "") return { line: 1, column: 1 };
  }
}

/** A number where a text is wanted was meant as a text: what is to be done is particular to YAML. */
function told(field: FieldError, { spots }: YamlText): FieldError {
  const isText = field.code === "invalid_type" && field.params?.expected === "string";
  return isText && spots.get(field.pointer)?.isBare === true ? { ...field, code: "yaml_quotes" } : field;
}
