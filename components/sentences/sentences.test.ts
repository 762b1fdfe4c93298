import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { loadMessages } from "@/i18n/messages";
import type { EventWire } from "@/lib/api/contract";
import { NetworkFailure, UnexpectedAnswer } from "@/lib/client/problem";
import { Sentences } from "./sentences";

const english = new Sentences(createTranslator({ locale: "en", messages: await loadMessages("en") }), "en");
const chinese = new Sentences(createTranslator({ locale: "zh", messages: await loadMessages("zh") }), "zh");

function event(code: EventWire["code"], params: EventWire["params"], given: Partial<EventWire> = {}): EventWire {
  return {
    pos: "1",
    seq: 1,
    at: "2026-11-22T14:32:04Z",
    code,
    params,
    actor: null,
    rollout_id: "ro-1",
    service: "checkout",
    instance_id: null,
    host: null,
    ...given,
  };
}

describe("events as sentences", () => {
  it.each<[EventWire, string, string]>([
    [
      event("rollout_accepted", { kind: "deployment", count: 24, version: "2.4.0", by: "lin.wei", takes_back: null }),
      "Deployment accepted: 24 instances to 2.4.0, by lin.wei",
      "已接受发布任务：24 个实例，目标版本 2.4.0，发起人 lin.wei",
    ],
    [event("wave_started", { wave: 1, waves: 5, count: 1 }), "Wave 1 of 5 began: 1 instance", "第 1 批开始，共 5 批：1 个实例"],
    [
      event("target_failed", { instance: "checkout-07", code: "port_in_use", version: "2.4.0", version_now: "2.3.9" }),
      "checkout-07: port is in use by something else; runs 2.3.9",
      "checkout-07：端口被其他进程占用；现运行 2.3.9",
    ],
    [
      event("target_failed", {
        instance: "checkout-07",
        code: "host_unreachable",
        trouble: "port_closed",
        host: "web-7",
        port: 22,
        address: "10.0.4.17",
        version: "2.4.0",
        version_now: "2.3.9",
      }),
      "checkout-07: web-7 refuses connections to port 22 of 10.0.4.17: start its SSH server, or correct the port; runs 2.3.9",
      "checkout-07：web-7 拒绝连接 10.0.4.17 的 22 端口：请启动 SSH 服务，或更正端口；现运行 2.3.9",
    ],
    [
      event("paused", { why: "failures_exceeded", failed: 1, allowed: 0 }),
      "Paused: 1 instance failed, 0 allowed",
      "已暂停：1 个实例失败，允许 0 个",
    ],
    [
      event("package_checked", { size: 549, sha256: "4ff84e94" }),
      "Package checked: 549 bytes, sha256 4ff84e94",
      "已检查包：549字节，sha256 4ff84e94",
    ],
    [
      event("package_refused", { code: "invalid_package_url", why: "status", status: 404 }),
      "Package refused: the package URL cannot be used: it answered 404",
      "包被拒绝：包 URL 无法使用：应答 404",
    ],
    [
      event("rollout_ended", { status: "succeeded", reason: null, succeeded: 24, failed: 0, total: 24 }),
      "Done: 24 of 24 verified",
      "完成：已验证 24 / 24",
    ],
    [
      event(
        "instance_health_changed",
        { healthy: false, detail: "status", status: 503, path: "/healthz" },
        { instance_id: "checkout-07" },
      ),
      "checkout-07 stopped answering: 503 from /healthz",
      "checkout-07 不再应答：/healthz 返回 503",
    ],
    [
      event("version_bound", { version: "2.4.0", sha256: `9f2c${"0".repeat(56)}41ab`, size: 5 }),
      "2.4.0 of checkout is now fixed to its package: sha256 9f2c…41ab",
      "checkout 2.4.0 已与其包绑定：sha256 9f2c…41ab",
    ],
  ])("%#", (given, en, zh) => {
    expect(english.event(given)).toBe(en);
    expect(chinese.event(given)).toBe(zh);
  });

  it("of a newer server are told by their code", () => {
    expect(english.condition("clock_skewed")).toBe("clock skewed");
  });
});

describe("waiting", () => {
  it("counts down by the time that is left, and does without it", () => {
    const bake = { code: "bake", params: { wave: 2, next: 3 } };
    expect(english.waiting(bake, 12)).toBe("Watching wave 2, 12 s left, then wave 3");
    expect(english.waiting({ code: "bake", params: { wave: 5, next: null } }, null)).toBe("Watching wave 5");
  });

  it("names a few hosts and counts the rest", () => {
    expect(english.waiting({ code: "unknown_hosts", params: { hosts: ["a", "b", "c", "d", "e"] } }, 240)).toBe(
      "Waits for an answer from a, b, c +2, 4 min at most",
    );
  });
});

describe("what went wrong with a call", () => {
  it("says that trying again is safe where nobody knows whether it was done", () => {
    expect(english.problem(new NetworkFailure("timeout"))).toContain("trying again is safe");
    expect(english.problem(new UnexpectedAnswer(502, "/x", "text/html"))).toContain("502");
    expect(english.problem(new Error("a fault of the page"))).toBe("Something went wrong in this page. Reload it.");
  });
});
