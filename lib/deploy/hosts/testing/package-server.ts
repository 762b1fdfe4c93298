/** Packages over HTTP for hosts that fetch them, well or badly. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { wantedRange } from "@/lib/byte-range";

export interface Manners {
  /** It answers with this instead of bytes. */
  readonly status?: number;
  /** It hangs up after so many bytes. */
  readonly cutAfter?: number;
  /** It stops after so many bytes, until it is told to go on. */
  readonly holdAfter?: number;
  /** It gives the whole whatever range is asked for. */
  readonly deafToRanges?: boolean;
}

export class PackageServer {
  /** The range that each request asked for; null = none. */
  readonly asked: (string | null)[] = [];
  private rest: (() => void) | null = null;

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async open(bytes: Buffer, manners: Manners = {}): Promise<PackageServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const own = new PackageServer(server, portOf(server));
    server.on("request", (request, response) => own.answer(request, response, bytes, manners));
    return own;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/package.tar.gz?signature=not-to-be-seen`;
  }

  /** Whether somebody waits for the rest. */
  get holds(): boolean {
    return this.rest !== null;
  }

  goOn(): void {
    this.rest?.();
    this.rest = null;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse, bytes: Buffer, manners: Manners): void {
    const { range: header = null } = request.headers;
    this.asked.push(header);
    if (manners.status !== undefined) {
      response.writeHead(manners.status).end("no");
      return;
    }
    const range = manners.deafToRanges ? null : wantedRange(header, bytes.length);
    if (range === "unsatisfiable") {
      response.writeHead(416).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: bytes.length - 1 };
    const part = bytes.subarray(start, end + 1);
    response.writeHead(range === null ? 200 : 206, {
      "content-length": part.length,
      ...(range === null ? {} : { "content-range": `bytes ${start}-${end}/${bytes.length}` }),
    });
    const { holdAfter } = manners;
    if (holdAfter !== undefined) {
      response.write(part.subarray(0, holdAfter));
      this.rest = () => response.end(part.subarray(holdAfter));
    } else if (manners.cutAfter === undefined) response.end(part);
    else response.write(part.subarray(0, manners.cutAfter), () => response.destroy());
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
