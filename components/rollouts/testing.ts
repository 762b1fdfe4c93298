import type { FailureWire, RolloutTargetWire, RolloutWire } from "@/lib/api/contract";

export function aTarget(instance: string, given: Partial<RolloutTargetWire> = {}): RolloutTargetWire {
  return {
    instance_id: instance,
    host: "web-a1",
    wave: 1,
    from_version: "2.3.9",
    to_version: "2.4.0",
    status: "waiting",
    attempt: 1,
    changed: false,
    version_now: null,
    confirmed_down: false,
    failure: null,
    started_at: null,
    ended_at: null,
    ...given,
  };
}

export function aFailure(code: FailureWire["code"], params: FailureWire["params"] = {}): FailureWire {
  return { step: "verify", code, params, evidence: null };
}

export function aRollout(given: Partial<RolloutWire> = {}): RolloutWire {
  return {
    id: "ro-1",
    kind: "deployment",
    service: "checkout",
    version: "2.4.0",
    from_versions: ["2.3.9"],
    to_versions: ["2.4.0"],
    status: "running",
    status_reason: null,
    reason: null,
    metadata: {},
    strategy: {
      canary: 1,
      wave_size: "25%",
      max_parallel: 10,
      bake_seconds: 30,
      promotion: "auto",
      max_failed: 0,
      min_healthy: "50%",
      on_failure: "roll_back",
      spread: true,
      start_at: null,
      grace_seconds: 0,
      stage_timeout_s: 300,
      unknown_wait_seconds: 300,
    },
    requested_by: "lin.wei",
    created_at: "2026-11-22T14:32:04Z",
    started_at: "2026-11-22T14:32:04Z",
    completed_at: null,
    scheduled_until: null,
    server_time: "2026-11-22T14:33:00Z",
    counts: {},
    total: 4,
    wave: 1,
    waves: [],
    waiting_for: null,
    allowed_actions: [],
    gate: null,
    takes_back: null,
    taken_back_by: null,
    held_by: null,
    superseded_by: null,
    retry_of: null,
    hold: false,
    last_seq: 1,
    ok: null,
    result: null,
    ...given,
  };
}
