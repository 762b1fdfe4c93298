import type { ServiceSettings } from "../../domain/settings";
import type { TestHost } from "./site";

/** What is left of a process that nobody waits for has no program any more. */
const RUNS = 'pid=$(cat "$PID_FILE" 2>/dev/null) && readlink "/proc/$pid/exe" >/dev/null';

const TOLD = `${RUNS} && echo "$pid"`;

type Way = Pick<ServiceSettings, "start" | "runs" | "environment">;

function scripts(on: TestHost, status: string): Way {
  return {
    environment: { PID_FILE: `${on.host.root}/own.pid` },
    start: ["sh", "-c", 'node server.mjs & echo "$!" >"$PID_FILE"'],
    runs: {
      kind: "commands",
      stop: ["sh", "-c", `${RUNS} || exit 0; kill "$pid"; while ${RUNS}; do sleep 0.02; done; rm -f "$PID_FILE"`],
      status: ["sh", "-c", status],
    },
  };
}

/** A service that a team's own scripts start, stop and look after, with a file that says which process it is. */
export const ownCommands = (on: TestHost): Way => scripts(on, TOLD);

/** The same, but each time that it is asked for its status it leaves something behind that keeps its output open: `left.pid` says what. */
export const leavingCommands = (on: TestHost): Way => scripts(on, `sleep 40 & echo "$!" >>"\${PID_FILE%/*}/left.pid"; ${TOLD}`);

/** The same, but its status tells no process. */
export const silentCommands = (on: TestHost): Way => scripts(on, RUNS);
