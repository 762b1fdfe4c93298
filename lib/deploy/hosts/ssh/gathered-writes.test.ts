import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { gatherWrites } from "./gathered-writes";

it("hands on together what was written in one turn, in its order", async () => {
  const calls: string[][] = [];
  const stream = new Duplex({
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  gatherWrites(stream);
  for (const piece of ["length", "payload", "tag"]) stream.write(piece);
  await nextTurn();
  stream.write("next");
  stream.end("last");
  await nextTurn();
  expect(calls).toEqual([
    ["length", "payload", "tag"],
    ["next", "last"],
  ]);
});
