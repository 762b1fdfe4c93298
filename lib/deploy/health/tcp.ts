import { connect } from "node:net";
import { failureCode } from "./failure-code";
import type { Finding, Question } from "./probe";

/** Healthy when a connection is accepted. */
export function askTcp({ address, port, timeoutMs, signal }: Question): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const failed = (code: Finding["detail"]["code"]) => resolve({ healthy: false, detail: { code, status: null, path: null } });
    const socket = connect({ host: address, port, signal });
    const timer = setTimeout(() => {
      failed("timeout");
      socket.destroy();
    }, timeoutMs);
    socket.on("connect", () => {
      resolve({ healthy: true, detail: { code: "connected", status: null, path: null } });
      socket.destroy();
    });
    socket.on("error", (error) => (signal?.aborted ? reject(signal.reason) : failed(failureCode(error))));
    socket.on("close", () => clearTimeout(timer));
  });
}
