import type { Readable } from "node:stream";
import { type Dispatcher, request } from "undici";
import type { AddressRules } from "./address-rules";
import { networkFailure } from "./network-failure";
import { redirectTarget, shownUrl } from "./package-url";
import { invalidUrl } from "./reasons";

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export interface Call {
  readonly method: "HEAD" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly rules: AddressRules;
}

export interface Answer {
  /** After redirects. */
  readonly url: URL;
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Readable;
}

/**
 * One request with its redirects, at most five, every hop under the same rules. The body is neither read nor decoded: the
 * caller reads or `discard`s it. Throws SlipwayError `invalid_package_url`; an aborted `signal` throws its reason.
 */
export async function call(start: URL, options: Call): Promise<Answer> {
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const answer = await once(url, options);
    if (!REDIRECTS.includes(answer.status)) return answer;
    discard(answer);
    const location = answer.header("location");
    if (location === null) throw invalidUrl("status", { url: shownUrl(url), status: answer.status });
    url = redirectTarget(url, location, options.rules);
  }
  throw invalidUrl("redirects", { url: shownUrl(start), limit: MAX_REDIRECTS });
}

/** Ends an answer whose body is not wanted. */
export function discard(answer: Answer): void {
  // Destroying it reports an abort on the stream; without a listener that would end the process.
  answer.body.on("error", () => undefined).destroy();
}

async function once(url: URL, { method, headers, dispatcher, signal }: Call): Promise<Answer> {
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await request(url, {
      method,
      dispatcher,
      signal,
      headers: { "user-agent": "slipway", "accept-encoding": "identity", ...headers },
    });
    const header = (name: string) => {
      const value = received[name];
      return typeof value === "string" ? value : (value?.[0] ?? null);
    };
    return { url, status: statusCode, header, body };
  } catch (error) {
    throw networkFailure(error, url);
  }
}
