/** Asks the console as a patient pipeline does: what was not answered is asked again, the same request under the same id. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { RunLog } from "../world/log.mjs";

const TRIES = 12;
const AGAIN_MS = 700;
const ONE_ANSWER_MS = 15_000;

const body = z.object({ id: z.string().optional(), code: z.string().optional(), detail: z.string().optional() }).loose();

export interface Answer {
  readonly status: number;
  /** Of a problem. */
  readonly code: string | null;
  /** Of a rollout. */
  readonly id: string | null;
  readonly body: unknown;
}

export class Client {
  /** `urls`: of every web process; each try goes to the next one. */
  constructor(
    private readonly urls: readonly string[],
    private readonly log: RunLog,
    /** Nothing more is asked after it. */
    private readonly over: AbortSignal,
  ) {}

  /** null when no web process gave an answer that settles it. Answers of 500 and 503 `unavailable` do not. */
  async ask(method: "GET" | "POST" | "PUT" | "DELETE", path: string, payload?: unknown, first = 0): Promise<Answer | null> {
    for (let attempt = 0; attempt < TRIES && !this.over.aborted; attempt += 1) {
      const answer = await this.#once(method, path, payload, first + attempt);
      if (answer !== null && answer.status !== 500 && answer.code !== "unavailable") return answer;
      await sleep(AGAIN_MS, undefined, { signal: this.over }).catch(() => undefined);
    }
    return null;
  }

  async #once(method: string, path: string, payload: unknown, web: number): Promise<Answer | null> {
    const base = this.urls[web % this.urls.length] ?? "";
    const facts = { method, path, web: (web % this.urls.length) + 1, ...(payload === undefined ? {} : { payload }) };
    try {
      const response = await fetch(`${base}/api/v1${path}`, {
        method,
        ...(payload === undefined ? {} : { body: JSON.stringify(payload), headers: { "content-type": "application/json" } }),
        signal: AbortSignal.any([this.over, AbortSignal.timeout(ONE_ANSWER_MS)]),
      });
      const text = await response.text();
      const answer = answerOf(response.status, text);
      if (method !== "GET") this.log.write("request", { ...facts, status: answer.status, code: answer.code, id: answer.id });
      return answer;
    } catch (error) {
      this.log.write("request", { ...facts, failed: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }
}

function answerOf(status: number, text: string): Answer {
  const json: unknown = text === "" ? {} : JSON.parse(text);
  const known = body.safeParse(json);
  return { status, code: (status >= 400 && known.data?.code) || null, id: known.data?.id ?? null, body: json };
}
