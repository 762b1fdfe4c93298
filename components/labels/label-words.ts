export type Labels = Readonly<Record<string, string>>;

/** Labels as they are written and looked for: `team=shop`. */
export function labelWords(labels: Labels): readonly string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}

/** Every label that occurs, in the order of the alphabet, each with how often. */
export function labelCounts(all: readonly Labels[]): readonly { readonly word: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const word of all.flatMap(labelWords)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .sort((a, b) => a.word.localeCompare(b.word, "en", { numeric: true }));
}
