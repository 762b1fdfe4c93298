import type { Writable } from "node:stream";

/**
 * What is written in one turn of the event loop leaves together. The SSH library writes every message in three pieces, which would
 * be three calls of the system and, without Nagle's delay, three packets each.
 */
export function gatherWrites(socket: Writable): void {
  let gathering = false;
  const leave = () => {
    gathering = false;
    socket.uncork();
  };
  socket.write = new Proxy(socket.write, {
    apply(write, self, args) {
      if (!gathering) {
        gathering = true;
        socket.cork();
        process.nextTick(leave);
      }
      return Reflect.apply(write, self, args);
    },
  });
}
