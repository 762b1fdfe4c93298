/** A bad line: everything that goes through it comes late and slowly, and it can be torn. */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface RelayOptions {
  readonly to: { readonly address: string; readonly port: number };
  /** Milliseconds that every byte comes late, each way. */
  readonly delayMs?: number;
  /** Bits a second, each way and for all connections together; unbounded unless told otherwise. */
  readonly bitsPerSecond?: number;
}

export class Relay {
  private readonly sockets = new Set<Socket>();
  /** Bytes that came through from those who connected. */
  received = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static open({ to, delayMs = 0, bitsPerSecond = Number.POSITIVE_INFINITY }: RelayOptions): Promise<Relay> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true });
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const bound = server.address();
        if (bound === null || typeof bound !== "object") return reject(new Error("no port"));
        const relay = new Relay(server, bound.port);
        const up = new Pipe(delayMs, bitsPerSecond);
        const down = new Pipe(delayMs, bitsPerSecond);
        server.on("connection", (near) => {
          const far = connect({ host: to.address, port: to.port, noDelay: true });
          relay.join(near, far, up, (bytes) => {
            relay.received += bytes;
          });
          relay.join(far, near, down);
        });
        return resolve(relay);
      });
    });
  }

  private join(from: Socket, to: Socket, pipe: Pipe, count: (bytes: number) => void = () => undefined): void {
    this.sockets.add(from);
    from.on("error", () => from.destroy());
    from.on("close", () => {
      this.sockets.delete(from);
      pipe.after(() => to.destroy());
    });
    from.on("data", (chunk: Buffer) => {
      count(chunk.length);
      from.pause();
      pipe.send(chunk, (late) => {
        if (to.writable) to.write(late);
      });
      pipe.whenFree(() => from.resume());
    });
  }

  /** Ends every connection that stands; what was on its way is lost. New ones are let through. */
  tear(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.tear();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/**
 * One direction: bytes leave at the pace of the line and arrive after its delay, in the order in which they were sent. One timer
 * serves all of them: timers of different lengths that are set in a busy process fire in any order.
 */
class Pipe {
  private freeAt = 0;
  private readonly underway: { readonly dueAt: number; readonly arrive: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly delayMs: number,
    private readonly bitsPerSecond: number,
  ) {}

  send(chunk: Buffer, arrive: (chunk: Buffer) => void): void {
    this.freeAt = Math.max(performance.now(), this.freeAt) + (chunk.length * 8000) / this.bitsPerSecond;
    this.after(() => arrive(chunk));
  }

  /** Calls back when everything before has left, though it may not have arrived. */
  whenFree(then: () => void): void {
    setTimeout(then, Math.max(0, this.freeAt - performance.now()));
  }

  /** Calls back when everything before has arrived. */
  after(then: () => void): void {
    this.underway.push({ dueAt: Math.max(performance.now(), this.freeAt) + this.delayMs, arrive: then });
    this.timer ??= this.wake();
  }

  private wake(): NodeJS.Timeout | undefined {
    const [next] = this.underway;
    return next && setTimeout(() => this.deliver(), Math.max(0, next.dueAt - performance.now()));
  }

  private deliver(): void {
    const now = performance.now();
    for (let next = this.underway[0]; next !== undefined && next.dueAt <= now; next = this.underway[0]) {
      this.underway.shift();
      next.arrive();
    }
    this.timer = this.wake();
  }
}
