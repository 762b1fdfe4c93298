import { createServer, type Server } from "node:http";

/** Packages on a loopback server: any of them can be taken away, or be other bytes from one request to the next. */
export class TestShelf {
  private readonly packages = new Map<string, Buffer>();
  /** Every path that was asked for, in order. */
  readonly asked: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly base: string,
  ) {}

  static open(): Promise<TestShelf> {
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        const path = request.url ?? "/";
        shelf?.asked.push(`${request.method} ${path}`);
        const bytes = shelf?.packages.get(path);
        if (bytes === undefined) return response.writeHead(404).end();
        response.writeHead(200, { "content-length": bytes.length, "content-type": "application/gzip" });
        return response.end(request.method === "HEAD" ? undefined : bytes);
      });
      let shelf: TestShelf | null = null;
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const bound = server.address();
        if (bound === null || typeof bound !== "object") return reject(new Error("no port"));
        shelf = new TestShelf(server, `http://127.0.0.1:${bound.port}`);
        return resolve(shelf);
      });
    });
  }

  /** Returns its URL. */
  put(name: string, bytes: Buffer): string {
    this.packages.set(`/${name}`, bytes);
    return this.urlOf(name);
  }

  remove(name: string): void {
    this.packages.delete(`/${name}`);
  }

  urlOf(name: string): string {
    return `${this.base}/${name}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
