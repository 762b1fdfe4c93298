/**
 * The order of rows that a person is pointing at: what is on screen keeps its place and is updated in it, what has gone stays
 * until they leave, what is new waits. Returns the keys to show.
 */
export function settleOrder(shown: readonly string[], incoming: readonly string[], held: boolean): readonly string[] {
  return held ? shown : incoming;
}

/** How many rows wait to be inserted, moved or taken out. */
export function waitingChanges(shown: readonly string[], incoming: readonly string[]): number {
  const now = new Set(shown);
  const next = new Set(incoming);
  const added = incoming.filter((key) => !now.has(key)).length;
  const gone = shown.filter((key) => !next.has(key)).length;
  const stayed = shown.filter((key) => next.has(key));
  const order = incoming.filter((key) => now.has(key));
  const moved = stayed.filter((key, index) => order[index] !== key).length;
  return added + gone + moved;
}
