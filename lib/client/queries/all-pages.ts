interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** Follows the cursors to the end. `ask` gets undefined for the first page. */
export async function allPages<T>(ask: (cursor: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
