/** The server that packages come from: honest, until it is told not to be. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { packageOf, readProgram } from "../../lib/demo/build-packages";
import { SERVICES, VERSIONS } from "../plan/fleet.mjs";
import type { PackageFault } from "../plan/requests.mjs";

const BALLAST_BYTES = 60_000;
/** Then the connection goes. Fetching tries five times, and a run has to come to its end. */
const STALLED_FOR_MS = 3_000;

export class Shelf {
  readonly #packages = new Map<string, Buffer>();
  readonly #server: Server;
  #fault: PackageFault = "none";

  private constructor(private readonly port: number) {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async open(port: number, program: string): Promise<Shelf> {
    const shelf = new Shelf(port);
    const files = await readProgram(program);
    for (const service of SERVICES) {
      for (const version of VERSIONS) {
        const bytes = await packageOf(service, { ...version, kind: "tar.gz", ballast: BALLAST_BYTES, changes: "Chaos" }, files);
        shelf.#packages.set(`${service}/${version.version}`, bytes);
      }
    }
    await new Promise<void>((resolve, reject) => {
      shelf.#server.once("error", reject);
      shelf.#server.listen(port, "127.0.0.1", resolve);
    });
    return shelf;
  }

  /** For everybody, until it is `none` again. */
  break(fault: PackageFault): void {
    this.#fault = fault;
  }

  /** `fault` holds for whoever asks for this URL. */
  urlOf(service: string, version: string, fault: PackageFault = "none"): string {
    return `http://127.0.0.1:${this.port}/${fault}/${service}/${version}.tar.gz`;
  }

  digestOf(service: string, version: string): string {
    const bytes = this.#packages.get(`${service}/${version}`);
    if (bytes === undefined) throw new Error(`there is no ${service} ${version}`);
    return createHash("sha256").update(bytes).digest("hex");
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [, own = "", service = "", file = ""] = (request.url ?? "").split("/");
    const bytes = this.#packages.get(`${service}/${file.replace(/\.tar\.gz$/, "")}`);
    if (bytes === undefined) return void response.writeHead(404).end();
    const fault = own === "none" ? this.#fault : own;
    const sent = fault === "lies" ? lieAbout(bytes) : bytes;
    response.writeHead(200, { "content-length": sent.length, "content-type": "application/gzip" });
    if (request.method === "HEAD") return void response.end();
    const half = sent.subarray(0, Math.floor(sent.length / 2));
    if (fault === "truncated") return void response.write(half, () => response.destroy());
    if (fault !== "stalls") return void response.end(sent);
    response.write(half);
    const timer = setTimeout(() => response.destroy(), STALLED_FOR_MS);
    response.on("close", () => clearTimeout(timer));
  }
}

/** As long, and other bytes. */
function lieAbout(bytes: Buffer): Buffer {
  const lie = Buffer.from(bytes);
  const at = lie.length - 9;
  lie.writeUInt8(lie.readUInt8(at) ^ 0xff, at);
  return lie;
}
