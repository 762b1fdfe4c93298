import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A wire between a browser and the console that can be cut. */
export class Relay {
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    private readonly target: URL,
  ) {
    server.on("connection", (near) => this.#join(near));
  }

  static async to(consoleUrl: string): Promise<Relay> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the relay has no port");
    return new Relay(server, address.port, new URL(consoleUrl));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What is open breaks off, and nothing gets through any more. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.cut();
    await closed;
  }

  #join(near: Socket): void {
    if (this.#cut) return void near.destroy();
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(other);
      // A broken wire is what this is for: the other end is broken off too.
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
