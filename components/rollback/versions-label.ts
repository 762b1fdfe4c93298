/** Several versions in the room of one: "2.4.0", "2.4.0 +2". Nothing is a dash. */
export function versionsLabel(versions: readonly string[]): string {
  const [first, ...more] = versions;
  if (first === undefined || first === "") return "–";
  return more.length === 0 ? first : `${first} +${more.length}`;
}
