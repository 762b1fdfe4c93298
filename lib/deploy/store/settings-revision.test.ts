import { expect, it } from "vitest";
import { settingsOf } from "./settings-revision";

it("a revision that is older than a setting means what held before there was one", () => {
  const old = { start: ["./serve"], strategy: {} };
  expect(settingsOf(old)).toEqual({ ...old, delivery: { mode: "push", limitKbitS: null } });
  const delivery = { mode: "pull", limitKbitS: 800 };
  expect(settingsOf({ ...old, delivery })).toEqual({ ...old, delivery });
});
