/**
 * Walks every state that a small fleet can come to with at most so many surprises, and looks in each of them for what may never happen.
 * What goes on by itself (steps done, decisions, time where nothing else is left, people who let it go on) costs nothing, in any order.
 */
import { Never } from "../never";
import type { Rules } from "../rules";
import type { SimulatedConsole } from "../simulated-console";
import { Canonical } from "./canonical";
import type { Fleet } from "./fleets";
import { heal } from "./heal";
import { clockMoves, type Move, ordinaryMoves, surprises } from "./moves";

export interface Walk {
  readonly states: number;
  readonly transitions: number;
  /** The first thing seen that may never happen, with the fewest surprises that lead to it; null = none. */
  readonly violation: Violation | null;
}

export interface Violation {
  readonly what: string;
  /** Every move from the start. */
  readonly trace: readonly string[];
}

interface Place {
  readonly state: number;
  readonly console: SimulatedConsole;
  readonly never: Never;
}

/** Places reached with the same number of surprises. It grows while it is walked: what an ordinary move leads to belongs to it. */
class Layer {
  readonly places: (Place | null)[] = [];
  private next = 0;

  constructor(readonly surprises: number) {}

  /** The next place, which is let go of: only its name stays in memory. */
  take(): Place | null {
    const place = this.places[this.next] ?? null;
    this.places[this.next] = null;
    this.next += 1;
    return place;
  }
}

/** `rules`: those of the domain, unless a test puts broken ones in their place. */
export class Walker {
  private readonly canonical = new Canonical();
  private readonly states = new Map<string, number>();
  private readonly cameFrom: number[] = [];
  private readonly cameBy: string[] = [];
  private readonly cost: number[] = [];
  private readonly fine = new Set<string>();
  private transitions = 0;
  /** Seen on the way from a state to its end: told when nothing nearer is found with as few surprises. */
  private endless: Violation | null = null;

  constructor(
    private readonly fleet: Fleet,
    private readonly rules?: Rules,
  ) {}

  /** Ends at a violation. A walker walks once. */
  walk(mostSurprises: number): Walk {
    const console = this.fleet.start(this.rules);
    let layer = new Layer(0);
    layer.places.push({ state: this.enter(this.canonical.nameOf(console), -1, "", 0), console, never: new Never(console) });
    while (layer.surprises <= mostSurprises) {
      const next = new Layer(layer.surprises + 1);
      for (let place = layer.take(); place !== null; place = layer.take()) {
        // It was reached with fewer surprises meanwhile, and has been seen.
        if (this.surprisesTo(place.state) < layer.surprises) continue;
        const violation = this.expand(place, layer, next.surprises <= mostSurprises ? next : null);
        if (violation) return this.result(violation);
        this.endless ??= this.comesToAnEnd(place);
      }
      if (this.endless) return this.result(this.endless);
      layer = next;
    }
    return this.result(null);
  }

  private result(violation: Violation | null): Walk {
    return { states: this.states.size, transitions: this.transitions, violation };
  }

  /** `later`: where surprises lead; null = no more of them. */
  private expand(place: Place, layer: Layer, later: Layer | null): Violation | null {
    const { console } = place;
    const own = this.canonical.nameOf(console);
    let goesOn = false;
    for (const move of ordinaryMoves(console)) {
      const name = this.make(place, move, layer);
      if (typeof name !== "string") return name;
      goesOn ||= name !== own;
    }
    for (const move of clockMoves(console, goesOn)) {
      const to = goesOn ? later : layer;
      const name = to === null ? own : this.make(place, move, to);
      if (typeof name !== "string") return name;
    }
    for (const move of later === null ? [] : surprises(console, this.fleet.requests)) {
      const name = this.make(place, move, later ?? layer);
      if (typeof name !== "string") return name;
    }
    return null;
  }

  /** The name of the state that the move leads to, which is kept if it is new. */
  private make(from: Place, move: Move, to: Layer): string | Violation {
    this.transitions += 1;
    const console = from.console.fork();
    const never = new Never(console, from.never);
    try {
      move.make(console);
      const name = this.canonical.nameOf(console);
      const known = this.states.get(name);
      if (known !== undefined && this.surprisesTo(known) <= to.surprises) return name;
      never.check();
      to.places.push({ state: this.enter(name, from.state, move.name, to.surprises), console, never });
      return name;
    } catch (error) {
      return { what: error instanceof Error ? error.message : String(error), trace: [...this.traceTo(from.state), move.name] };
    }
  }

  /** Once the world answers and people let it go on, every rollout ends, nothing stays owed and nothing is left down. */
  private comesToAnEnd({ state, console, never }: Place): Violation | null {
    const moves: string[] = [];
    try {
      heal(
        console.fork(),
        never,
        (now) => {
          const name = this.canonical.nameOf(now);
          const isKnown = this.fine.has(name);
          this.fine.add(name);
          return isKnown;
        },
        moves,
      );
      return null;
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      return { what, trace: [...this.traceTo(state), "then, with all answers arriving:", ...moves] };
    }
  }

  private enter(name: string, from: number, by: string, surprises: number): number {
    const state = this.states.get(name) ?? this.states.size;
    this.states.set(name, state);
    this.cameFrom[state] = from;
    this.cameBy[state] = by;
    this.cost[state] = surprises;
    return state;
  }

  private surprisesTo(state: number): number {
    return this.cost[state] ?? 0;
  }

  private traceTo(state: number): readonly string[] {
    const trace: string[] = [];
    for (let at = state; at > 0; at = this.cameFrom[at] ?? 0) trace.unshift(this.cameBy[at] ?? "");
    return trace;
  }
}
