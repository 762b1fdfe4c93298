import { cn } from "./cn";

export interface Step {
  readonly key: string | number;
  readonly size: number;
  readonly done: number;
  readonly failed: number;
}

/** Progress as parts, each as wide as it is large: done, under way, failed, to come. `label` says it in words. */
export function Steps({ steps, label, className }: { steps: readonly Step[]; label: string; className?: string }) {
  const total = steps.reduce((sum, step) => sum + step.size, 0);
  const done = steps.reduce((sum, step) => sum + step.done + step.failed, 0);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      className={cn("flex h-[7px] w-56 gap-[3px]", className)}
    >
      {steps.map((step) => (
        <span
          key={step.key}
          className="relative min-w-1.5 overflow-hidden rounded-[3px] bg-off-soft shadow-[inset_0_0_0_1px_var(--line-strong)]"
          style={{ flexGrow: Math.max(step.size, total * 0.06), flexBasis: 0 }}
        >
          <span
            className={cn("absolute inset-y-0 left-0", step.done === step.size ? "bg-ok" : "bg-busy")}
            style={{ width: share(step.done, step.size) }}
          />
          <span
            className="absolute inset-y-0 bg-bad"
            style={{ left: share(step.done, step.size), width: share(step.failed, step.size) }}
          />
        </span>
      ))}
    </div>
  );
}

function share(part: number, whole: number): string {
  return `${whole === 0 ? 0 : (part / whole) * 100}%`;
}
