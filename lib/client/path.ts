type Scalar = string | number | boolean;
/** Query parameters; null, undefined and "" are left out, a list repeats its name. */
export type Query = Readonly<Record<string, Scalar | readonly Scalar[] | null | undefined>>;

/** A path with every inserted value encoded: path`/instances/${id}/health`. */
export function path(parts: TemplateStringsArray, ...values: readonly Scalar[]): string {
  return parts.reduce((built, part, index) => `${built}${encodeURIComponent(String(values[index - 1]))}${part}`);
}

/** `?a=1&b=2`, or "" when nothing is left to ask. */
export function search(query: Query = {}): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") found.append(name, String(one));
    }
  }
  const text = found.toString();
  return text === "" ? "" : `?${text}`;
}
