import { describe, expect, it } from "vitest";
import { graceSeconds, parsePreferences } from "./preferences";

describe("a person's rollback settings", () => {
  it("are five seconds and a hold until they say otherwise", () => {
    expect(parsePreferences(null)).toEqual({ grace: 5, hold: true });
  });

  it("are what was stored", () => {
    expect(parsePreferences('{"grace":30,"hold":false}')).toEqual({ grace: 30, hold: false });
    expect(parsePreferences('{"grace":"ask","hold":true}')).toEqual({ grace: "ask", hold: true });
  });

  it.each(["", "{", "null", '{"grace":0,"hold":true}', '{"grace":5}', '{"grace":"never","hold":true}'])(
    "fall back where the store holds %j",
    (stored) => {
      expect(parsePreferences(stored)).toEqual({ grace: 5, hold: true });
    },
  );

  it("leave no time to undo where one is asked first", () => {
    expect(graceSeconds({ grace: "ask", hold: true })).toBe(0);
    expect(graceSeconds({ grace: 10, hold: true })).toBe(10);
  });
});
