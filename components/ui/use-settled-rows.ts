"use client";

import { useState } from "react";
import { settleOrder, waitingChanges } from "./settled-rows";
import { type Hold, useHold } from "./use-hold";

export interface SettledRows<T> {
  readonly rows: readonly T[];
  /** Changes of order that wait while the rows are held. */
  readonly waiting: number;
  /** Takes the waiting changes now. */
  readonly show: () => void;
  /** For the element around the rows. */
  readonly hold: Hold["watch"];
}

/**
 * Keeps the order of rows while the pointer or the focus is among them, or while something beside them is held
 * (`heldElsewhere`), so that nothing moves under a click. What a row says stays live. `keyOf` must be stable.
 */
export function useSettledRows<T>(incoming: readonly T[], keyOf: (row: T) => string, heldElsewhere = false): SettledRows<T> {
  const hold = useHold();
  const byKey = new Map(incoming.map((row) => [keyOf(row), row]));
  const incomingKeys = [...byKey.keys()];
  const [shown, setShown] = useState<{ readonly keys: readonly string[]; readonly last: ReadonlyMap<string, T> }>({
    keys: incomingKeys,
    last: byKey,
  });
  const held = heldElsewhere || (hold.held && shown.keys.length > 0);
  const keys = settleOrder(shown.keys, incomingKeys, held);
  const changed = keys.length !== shown.keys.length || keys.some((key, index) => key !== shown.keys[index]);
  if (changed || keys.some((key) => byKey.has(key) && byKey.get(key) !== shown.last.get(key))) {
    setShown({ keys, last: new Map([...shown.last, ...byKey].filter(([key]) => keys.includes(key))) });
  }
  const rows = keys.flatMap((key) => {
    const row = byKey.get(key) ?? shown.last.get(key);
    return row === undefined ? [] : [row];
  });
  return {
    rows,
    waiting: held ? waitingChanges(keys, incomingKeys) : 0,
    show: () => setShown({ keys: incomingKeys, last: byKey }),
    hold: hold.watch,
  };
}
