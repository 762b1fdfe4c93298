import { expect, it } from "vitest";
import { SETTINGS } from "../hosts/testing/site";
import { workerFailure } from "./worker-failure";

const settings = { ...SETTINGS, environment: { DB_PASSWORD: "hunter2!" } };

it("tells the error, without the service's secrets or the login of an address", () => {
  const error = new RangeError("cannot reach postgres://shop:other@db with hunter2!\n\n  at once");
  expect(workerFailure(error, settings)).toEqual({
    kind: "worker_failed",
    detail: "RangeError: cannot reach postgres://•••@db with •••",
    evidence: { exitCode: null, signal: null, health: [], log: ["cannot reach postgres://•••@db with •••", "  at once"] },
  });
});

it("tells only the kind of error while it is not known what must be hidden", () => {
  expect(workerFailure(new RangeError("hunter2!"), null)).toMatchObject({ detail: "RangeError", evidence: { log: [] } });
});
