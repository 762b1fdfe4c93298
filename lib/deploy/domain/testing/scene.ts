/** Short words for scenarios: a service of some instances on hosts of their own, all of them running version 1. */
import type { StrategyChoice } from "../strategy";
import { Never } from "./never";
import { SimulatedConsole } from "./simulated-console";
import type { Live } from "./simulated-rollout";

export const release = (version: string, revision = 1) => ({ version, revision });

export class Scene {
  readonly console = new SimulatedConsole();
  readonly never = new Never(this.console);

  constructor(instances: readonly string[], running: string | null = "1") {
    for (const instance of instances) this.console.add(instance, `host-${instance}`, running === null ? null : release(running));
    this.console.sweep();
  }

  get instances(): readonly string[] {
    return [...this.console.fleet.machines.keys()];
  }

  deploy(version: string, strategy: StrategyChoice = {}, instances = this.instances, id = `deploy-${version}`): Live {
    this.console.now += 1;
    return this.console.accept({ id, kind: "deployment", to: release(version), instances, strategy });
  }

  rollBack(version: string, instances = this.instances, strategy: StrategyChoice = {}, id = `back-to-${version}`): Live {
    this.console.now += 1;
    return this.console.accept({ id, kind: "rollback", to: release(version), instances, strategy });
  }

  takeBack(id: string, strategy: StrategyChoice = {}): Live {
    const to = this.console.planTakeBack(id);
    this.console.now += 1;
    return this.console.accept({
      id: `take-back-${id}`,
      kind: "rollback",
      to,
      instances: [...to.keys()],
      takesBack: id,
      strategy,
    });
  }

  breaks(version: string, instances = this.instances): void {
    for (const instance of instances) this.console.fleet.broken.add(`${instance} ${version}`);
  }

  cutOff(instance: string): void {
    this.console.fleet.unreachable.add(`host-${instance}`);
  }

  answers(instance: string): void {
    this.console.fleet.unreachable.delete(`host-${instance}`);
  }

  fallsOver(instance: string): void {
    this.console.fleet.fallOver(instance);
    this.console.sweep();
  }

  /** Falls over, and its host starts it again before anybody asks. */
  restarts(instance: string): void {
    this.console.restarted.set(instance, this.console.now);
  }

  /** Drives until its changes are given out; hosts begin them (or end them, too), and nobody has heard of it yet. */
  underWay(live: Live, fate: "left_running" | "ok" = "left_running"): void {
    const changes = () => [...live.steps.values()].filter((step) => step.kind === "activate");
    for (let round = 0; round < 20 && changes().length === 0; round += 1) {
      this.console.tick(live.rollout.id);
      for (const step of [...live.steps.values()]) if (step.kind !== "activate") this.console.run(step);
    }
    for (const step of changes()) this.console.fleet.perform(step, fate);
    this.never.check();
  }

  /** Everything that needs no time happens. */
  now(): this {
    this.console.drive();
    this.never.check();
    return this;
  }

  after(seconds: number): this {
    this.console.pass(seconds);
    this.never.check();
    return this;
  }

  /** Decisions only: steps are given out, nobody does them. */
  decided(id: string): this {
    this.console.tick(id);
    this.never.check();
    return this;
  }

  /** What the record says runs: `a 1, b 2`. */
  get record(): string {
    return this.instances.map((instance) => `${instance} ${this.console.history.running(instance)?.version ?? "-"}`).join(", ");
  }

  targets(live: Live): string {
    return [...live.targets.values()].map((target) => `${target.instance} ${target.status}`).join(", ");
  }

  codes(live: Live): readonly string[] {
    return live.events.map((event) => event.code);
  }

  end(live: Live): string {
    return [live.rollout.status, live.rollout.statusReason?.code].filter((word) => word !== undefined).join(" ");
  }
}
