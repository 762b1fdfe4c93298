/** Keeps looking at the fleet: does every instance answer, and does every host run what is recorded? */
import type { Clock, Health } from "../ports";
import { HostUnreachable, type Transport } from "../ports";
import type { HealthQuestion, HealthRecord, HostToInspect, ObservationStore } from "../ports/observations";
import { Loop, type OnProblem } from "./loop";

export interface MonitorPorts {
  readonly observations: ObservationStore;
  readonly health: Health;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** Instances asked at once. */
const SWEEP = 200;
const HOSTS_AT_ONCE = 16;
const PROBE_MS = 2_000;
/** One missed answer is not a fall: it is asked again after this. */
const SECOND_LOOK_MS = 300;
const INSPECT_MS = 15_000;

export class Monitor {
  private readonly sweeping: Loop;
  private readonly inspecting: Loop;
  private readonly recording: Loop;
  private asking = 0;
  private answered: HealthRecord[] = [];

  constructor(
    private readonly ports: MonitorPorts,
    private readonly onProblem: OnProblem,
  ) {
    this.sweeping = new Loop("health sweep", ports.clock, 500, () => this.sweep(), onProblem);
    this.recording = new Loop("health record", ports.clock, 60_000, () => this.record(), onProblem);
    this.inspecting = new Loop("inspection", ports.clock, 500, () => this.inspect(), onProblem);
  }

  start(): void {
    this.sweeping.start();
    this.recording.start();
    this.inspecting.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.sweeping.stop(), this.inspecting.stop(), this.recording.stop()]);
  }

  private async sweep(): Promise<void> {
    const free = SWEEP - this.asking;
    if (free <= 0) return;
    const questions = await this.ports.observations.claimHealthQuestions(free);
    for (const question of questions) this.askInTurn(question);
  }

  /** One that hangs keeps no other waiting: each is asked for itself, and answers that come together are written together. */
  private askInTurn(question: HealthQuestion): void {
    this.asking += 1;
    this.ask(question)
      .then((answer) => {
        if (answer !== null) this.answered.push(answer);
        this.recording.poke();
      })
      .catch((error: unknown) => this.onProblem(`health of ${question.instance}`, error))
      .finally(() => {
        this.asking -= 1;
      });
  }

  private async record(): Promise<void> {
    const batch = this.answered;
    this.answered = [];
    await this.ports.observations.recordHealth(batch);
  }

  private async ask(question: HealthQuestion): Promise<HealthRecord | null> {
    const { health, clock } = this.ports;
    const first = await health.probe(question, { timeoutMs: PROBE_MS });
    if (first === null) return this.askOnHost(question);
    const restarts = question.mayRestart ? await this.restartsOf(question) : null;
    if (first.healthy) return { question, answer: first, restarts };
    await clock.sleep(SECOND_LOOK_MS);
    const second = await health.probe(question, { timeoutMs: PROBE_MS });
    return second === null ? null : { question, answer: second, restarts };
  }

  /** One that fell over and was started again in between answers: only its host knows. */
  private async restartsOf({ host, instance }: HealthQuestion): Promise<number | null> {
    try {
      const [report] = await this.ports.transport.inspect(host, [instance], { timeoutMs: INSPECT_MS });
      return report === undefined || report.openTx !== null ? null : report.restarts;
    } catch (error) {
      if (error instanceof HostUnreachable) return null;
      throw error;
    }
  }

  /** A check that is a command runs on the host itself. */
  private async askOnHost(question: HealthQuestion): Promise<HealthRecord | null> {
    const from = this.ports.clock.monotonicMs();
    try {
      const [report] = await this.ports.transport.inspect(question.host, [question.instance], {
        check: true,
        timeoutMs: INSPECT_MS,
      });
      if (report === undefined || report.answers === null) return null;
      const detail = { code: "command", status: null, path: null } as const;
      return {
        question,
        answer: {
          healthy: report.answers,
          latencyMs: this.ports.clock.monotonicMs() - from,
          checkedAt: this.ports.clock.now(),
          detail,
        },
        restarts: question.mayRestart && report.openTx === null ? report.restarts : null,
      };
    } catch (error) {
      if (error instanceof HostUnreachable) return null;
      throw error;
    }
  }

  private async inspect(): Promise<void> {
    const hosts = await this.ports.observations.claimHosts(HOSTS_AT_ONCE);
    await Promise.all(hosts.map((asked) => this.inspectHost(asked)));
    if (hosts.length === HOSTS_AT_ONCE) this.inspecting.poke();
  }

  private async inspectHost(asked: HostToInspect): Promise<void> {
    try {
      const reports = await this.ports.transport.inspect(asked.host, asked.instances, { timeoutMs: INSPECT_MS });
      await this.ports.observations.recordInspection(asked, reports);
    } catch (error) {
      if (error instanceof HostUnreachable) await this.ports.observations.recordSilence(asked, error);
      else this.onProblem(`inspection of ${asked.host.name}`, error);
    }
  }
}
