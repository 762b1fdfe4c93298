import { expect, it } from "vitest";
import { fieldOf } from "./definition-field";

it.each([
  ["/settings/health/path", "settings.health.path"],
  ["/labels/team~1shop", "labels.team/shop"],
  ["/labels/~01", "labels.~1"],
  ["", ""],
])("%s is told as %s", (pointer, told) => {
  expect(fieldOf(pointer)).toBe(told);
});
