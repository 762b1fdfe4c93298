import { expect, it } from "vitest";
import { HOST_TROUBLES, isBearable } from "./host-troubles";

it("a host works without a program that fetches, and with a clock that is off; not with any other trouble", () =>
  expect(HOST_TROUBLES.filter(isBearable)).toEqual(["fetcher_missing", "clock_off"]));
