/** The rules that decide, so that a test can put a broken one in their place. */
import { act } from "../actions";
import { decide } from "../machine";
import { takeOver } from "../take-over";

export interface Rules {
  readonly decide: typeof decide;
  readonly act: typeof act;
  readonly takeOver: typeof takeOver;
}

export const RULES: Rules = { decide, act, takeOver };
