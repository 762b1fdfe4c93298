import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { failureCode } from "./failure-code";
import type { Finding, Question } from "./probe";

const MAX_BODY_BYTES = 4096;

/** Asks for `path`: healthy when the status is the expected one. Redirects are answers like any other. */
export function askHttp({
  address,
  port,
  path,
  status,
  timeoutMs,
  signal,
}: Question & { path: string; status: number }): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const failed = (code: Finding["detail"]["code"]) => resolve({ healthy: false, detail: { code, status: null, path } });
    let asked: ClientRequest;
    try {
      asked = request({ host: address, port, path, agent: false, signal, headers: { "user-agent": "slipway-health" } });
    } catch {
      // The only thing thrown here: a path or address that cannot be put into a request.
      return failed("invalid");
    }
    const timer = setTimeout(() => {
      failed("timeout");
      asked.destroy();
    }, timeoutMs);
    asked.on("response", (response) => {
      const found = response.statusCode ?? null;
      resolve({ healthy: found === status, detail: { code: "status", status: found, path } });
      readALittle(response);
    });
    asked.on("error", (error) => (signal?.aborted ? reject(signal.reason) : failed(failureCode(error))));
    asked.on("close", () => clearTimeout(timer));
    asked.end();
  });
}

/** Lets a short answer end in peace; a long one is cut, and an endless one by the probe's own time. */
function readALittle(response: IncomingMessage): void {
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) response.destroy();
  });
  // The answer is given; how its body ends changes nothing.
  response.on("error", () => undefined);
}
