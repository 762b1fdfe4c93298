import type { ComponentProps } from "react";
import { cn } from "./cn";

interface TableProps extends ComponentProps<"table"> {
  /** Below 720 px each row becomes a card: mark full-width cells `wide`, the action cell `act`. */
  readonly cards?: boolean;
  /** Between 720 and 1100 px each row folds into two lines beside its actions: the cells in pairs, one above the other. */
  readonly folds?: boolean;
}

/**
 * A dense table: rows of 30 px. Cell classes: `num` right-aligned, `act` the action column (last; sticks to the right below
 * 1100 px, full width in a card), `wide` full width in a card. Rows: `data-row` takes part in j/k, `data-selected` is marked.
 */
export function Table({ cards = true, folds = false, className, ...props }: TableProps) {
  return <table className={cn("data-table", cards && "cards", folds && "folds", className)} {...props} />;
}

/** Columns that go first when room is short. */
export const HIDE_BELOW_LG = "max-lg:hidden";
export const HIDE_BELOW_SM = "max-sm:hidden";
