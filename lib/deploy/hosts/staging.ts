/** Brings releases to hosts: sent through the connection, or fetched by the host itself. */
import type { Readable } from "node:stream";
import { bytesFrom, through } from "@/lib/bytes-from";
import type { FailureCode } from "../domain/errors";
import { type CallOptions, type Delivery, type HostRef, HostUnreachable, type StageResult } from "../ports";
import type { HostAnswer } from "./answer";
import type { HostCommand } from "./channel";
import * as commands from "./commands";
import { type Pace, THIS_MACHINE, Throttle } from "./throttle";
import { tooLate } from "./too-late";

export interface ReleaseBytes {
  readonly sha256: string;
  readonly size: number;
}

export type AskOptions = CallOptions & Pick<HostCommand, "onText" | "onTurn">;
type Ask = (host: HostRef, args: commands.HostArguments, options: AskOptions, stdin?: string | Readable) => Promise<HostAnswer>;

/** One transfer: a release on its way to a host. */
interface Transfer {
  readonly host: HostRef;
  readonly release: ReleaseBytes;
  readonly open: () => Promise<Readable>;
  readonly delivery: Delivery;
  readonly options: CallOptions;
}

const SENT: Delivery = { address: null, bytesPerS: null, background: false };
/** The host could not have the bytes, or had others: sending them may still work. */
const TO_BE_SENT: ReadonlySet<FailureCode> = new Set(["package_unavailable", "package_digest_mismatch"]);

export class Staging {
  /** Transfers under way, by host and release. */
  private readonly underWay = new Map<string, Promise<StageResult>>();

  /** `quickMs`: bound of a question that is answered at once, and of the first word about a transfer. */
  constructor(
    private readonly ask: Ask,
    private readonly quickMs: number,
    private readonly pace: Pace = THIS_MACHINE,
  ) {}

  /** The instances of a host share its releases: who comes while the same one is on its way waits for it, and brings it only if that failed. */
  async stage(
    host: HostRef,
    release: ReleaseBytes,
    open: () => Promise<Readable>,
    { delivery = SENT, ...options }: CallOptions & { readonly delivery?: Delivery } = {},
  ): Promise<StageResult> {
    const key = JSON.stringify([host.name, host.root, release.sha256]);
    for (let other = this.underWay.get(key); other !== undefined; other = this.underWay.get(key)) {
      const result = await other.catch(() => null);
      if (result?.kind === "staged") return { kind: "staged", moved: false };
    }
    const mine = this.bring({ host, release, open, delivery, options });
    this.underWay.set(key, mine);
    try {
      return await mine;
    } finally {
      this.underWay.delete(key);
    }
  }

  private async bring(transfer: Transfer): Promise<StageResult> {
    const { address } = transfer.delivery;
    if (address === null) return await this.push(transfer);
    const fetched = await this.fetch(transfer, address);
    if (fetched.kind === "staged" || !TO_BE_SENT.has(fetched.code)) return fetched;
    const sent = await this.push(transfer);
    return sent.kind === "staged" ? { ...sent, fetchFailed: fetched.detail } : sent;
  }

  private async fetch({ host, release, delivery, options }: Transfer, address: () => Promise<string>): Promise<StageResult> {
    // It may carry a signature: on standard input nobody else on the host sees it.
    const stdin = `${await address()}\n`;
    const begins = firstWord(host, options.signal, this.quickMs);
    try {
      const asked = { ...options, signal: begins.signal, onTurn: begins.turn, onText: begins.heard };
      return resultOf(host, await this.ask(host, commands.fetch(release, delivery), asked, stdin));
    } finally {
      begins.heard();
    }
  }

  private async push(transfer: Transfer): Promise<StageResult> {
    const { host, release, options } = transfer;
    const { have } = await this.ask(host, commands.stageHave(release.sha256), { timeoutMs: this.quickMs, ...options });
    if (have?.complete) return { kind: "staged", moved: false };
    const offset = have && have.offset <= release.size ? have.offset : 0;
    const answer = await this.send(transfer, offset);
    // Another transfer of the same release was faster or broke meanwhile: once more, from the beginning.
    const again = offset > 0 && answer.failed?.code === "host_refused";
    return resultOf(host, again ? await this.send(transfer, 0) : answer);
  }

  private async send({ host, release, open, delivery, options }: Transfer, offset: number): Promise<HostAnswer> {
    const source = await open();
    try {
      const bytes = this.slowed(bytesFrom(source, offset), delivery.bytesPerS);
      return await this.ask(host, commands.stage(release, offset, delivery), options, bytes);
    } finally {
      source.destroy();
    }
  }

  private slowed(source: Readable, bytesPerS: number | null): Readable {
    return bytesPerS === null ? source : through(source, new Throttle(bytesPerS, this.pace));
  }
}

/**
 * Gives up when nothing is heard for so long after its turn has come, and whenever the caller does: it may have to wait behind the
 * host's other changes. `heard` is for every word, and for the end.
 */
function firstWord(
  host: HostRef,
  signal: AbortSignal | undefined,
  ms: number,
): { readonly signal: AbortSignal; readonly turn: () => void; readonly heard: () => void } {
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const heard = () => clearTimeout(timer);
  return {
    signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    turn: () => {
      heard();
      timer = setTimeout(() => silence.abort(tooLate(host.name, ms)), ms);
    },
    heard,
  };
}

function resultOf(host: HostRef, { failed, staged }: HostAnswer): StageResult {
  if (failed) return { kind: "failed", ...failed };
  if (staged === null) throw new HostUnreachable(host.name, "it does not say whether the release is there");
  return { kind: "staged", moved: staged === "moved" };
}
