import { describe, expect, it } from "vitest";
import { databaseAway } from "./database";

describe("whether the database is away", () => {
  it.each([
    "Client has encountered a connection error and is not queryable",
    "Client was closed and is not queryable",
    "Connection terminated",
    "Connection terminated unexpectedly",
    "Connection terminated due to connection timeout",
  ])("is so when the driver says: %s", (message) => {
    expect(databaseAway(new Error(message))).toBe(true);
  });

  it("is not so for whatever else goes wrong", () => {
    expect(databaseAway(new Error("the client's patience has terminated"))).toBe(false);
    expect(databaseAway("Connection terminated")).toBe(false);
  });
});
