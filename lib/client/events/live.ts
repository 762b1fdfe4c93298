import type { QueryClient } from "@tanstack/react-query";
import type { EventWire } from "@/lib/api/contract";
import { keys } from "../keys";
import { search } from "../path";
import { isTransient } from "../problem";
import { type Coalescer, createCoalescer } from "./coalescer";
import { Connection, type ConnectionOptions, type LiveState } from "./connection";
import { appendToLog } from "./log";
import { patchTarget } from "./targets";
import { keysTouchedBy } from "./touched";

/** A page nobody looks at gives its connection back after this long: a browser has about six for all tabs together. */
const HIDDEN_MS = 60_000;

/** The tab's one event stream, and what follows from it. */
export class Live {
  #state: LiveState = "connecting";
  readonly #watchers = new Set<() => void>();
  readonly #connection: Connection;
  #coalescer: Coalescer;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #asleep = false;

  constructor(
    private readonly client: QueryClient,
    open: ConnectionOptions["open"] = (after) => new EventSource(`/api/v1/events${search({ after })}`),
    options: Pick<ConnectionOptions, "random"> = {},
  ) {
    this.#coalescer = createCoalescer(client);
    this.#connection = new Connection({
      ...options,
      open,
      onEvent: (event) => this.#apply(event),
      onGap: () => void this.client.invalidateQueries(),
      // A worker that stopped sends no event.
      onAlive: () => {
        this.#coalescer.touch(keys.overview);
        this.#askAgain();
      },
      onState: (state) => {
        this.#become(state);
        if (state === "live") this.#askAgain();
      },
    });
  }

  /** Opens the stream and minds the page's visibility and the machine's network. Returns what ends it. */
  start(): () => void {
    this.#coalescer = createCoalescer(this.client);
    this.#connection.start();
    const online = () => this.#connection.start();
    const offline = () => this.#become("offline");
    const visibility = () => this.#minded(document.visibilityState === "hidden");
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    document.addEventListener("visibilitychange", visibility);
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      document.removeEventListener("visibilitychange", visibility);
      clearTimeout(this.#hidden);
      this.#connection.stop();
      this.#coalescer.stop();
    };
  }

  /** For useSyncExternalStore. */
  readonly watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  readonly state = (): LiveState => this.#state;

  #apply(event: EventWire): void {
    for (const key of keysTouchedBy(event)) this.#coalescer.touch(key);
    patchTarget(this.client, event);
    if (event.rollout_id !== null && !appendToLog(this.client, event.rollout_id, event)) {
      this.#coalescer.touch(keys.rollout.log(event.rollout_id));
    }
  }

  /** A stream that resumes has missed nothing, but what a page asked for while the server was away was never answered. */
  #askAgain(): void {
    void this.client.refetchQueries({
      type: "active",
      predicate: ({ state }) => state.fetchStatus === "idle" && state.error !== null && isTransient(state.error),
    });
  }

  #minded(hidden: boolean): void {
    clearTimeout(this.#hidden);
    if (hidden) {
      this.#hidden = setTimeout(() => {
        this.#asleep = true;
        this.#connection.stop();
        this.#become("connecting");
      }, HIDDEN_MS);
    } else if (this.#asleep || this.#state === "offline" || this.#state === "reconnecting") {
      this.#asleep = false;
      this.#connection.start();
    }
  }

  #become(state: LiveState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const changed of this.#watchers) changed();
  }
}
