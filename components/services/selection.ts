/**
 * The selection after a click on the box of `key`: with Shift, everything from `last` (the box clicked before) to it, in the
 * order shown, becomes as the clicked box becomes. Keys that are not shown keep their place in the selection.
 */
export function toggleSelection(
  selected: readonly string[],
  shown: readonly string[],
  click: { readonly key: string; readonly checked: boolean; readonly shift: boolean; readonly last: string | null },
): readonly string[] {
  const from = click.last === null ? -1 : shown.indexOf(click.last);
  const to = shown.indexOf(click.key);
  const range = click.shift && from !== -1 && to !== -1 ? shown.slice(Math.min(from, to), Math.max(from, to) + 1) : [click.key];
  const rest = selected.filter((key) => !range.includes(key));
  return click.checked ? [...rest, ...range] : rest;
}
