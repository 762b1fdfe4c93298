import { describe, expect, it } from "vitest";
import { serviceSettings } from "@/lib/api/contract";
import { problemAt } from "@/lib/client/field-problems";
import { pairsOf } from "@/lib/client/pairs";
import { draftOf, emptyDraft, settingsOf } from "./draft";

const settings = serviceSettings.parse({
  start: ["./bin/serve", "--greeting", "hello world"],
  environment: { LOG_LEVEL: "info", QUERY: "a=b" },
  user: "www",
  hooks: { pre_stop: ["./drain"], post_start: null },
  health: { kind: "command", argv: ["./check", "-q"] },
  version_at: { path: "/version" },
  delivery: { mode: "pull", limit_kbit_s: 20_000 },
  strategy: { canary: 2, wave_size: "50%" },
});

describe("settings as text", () => {
  it("come back as they were", () => {
    expect(settingsOf(draftOf(settings, {}))).toEqual({ settings });
  });

  it.each([
    { kind: "supervised" },
    { kind: "systemd", hardened: false, writable: ["/var/lib/shop", "/srv/a b"] },
    { kind: "commands", stop: ["./ctl", "stop"], status: ["./ctl", "status"] },
  ] as const)("come back with their way of running: $kind", (runs) => {
    const limits = { open_files: 4096 };
    const running = serviceSettings.parse({ ...settings, runs, sudo: true, limits });
    expect(settingsOf(draftOf(running, {}))).toEqual({ settings: running });
  });

  it("come back with limits that only systemd keeps", () => {
    const runs = { kind: "systemd" };
    const running = serviceSettings.parse({ ...settings, runs, limits: { memory_mb: 512, cpu_percent: 150 } });
    expect(settingsOf(draftOf(running, {}))).toEqual({ settings: running });
  });

  it("come back with the line breaks inside an argument, a variable and a command of a hook", () => {
    const script = ["sh", "-c", "set -e\n./migrate\nexec ./serve"];
    const scripted = serviceSettings.parse({
      ...settings,
      start: script,
      environment: { CERTIFICATE: "-----BEGIN\nAAAA=\n-----END\n", LOG: "info" },
      hooks: { pre_stop: script, post_start: null },
    });
    expect(settingsOf(draftOf(scripted, {}))).toEqual({ settings: scripted });
  });

  it("keep an equals sign inside a value", () => {
    expect(pairsOf("A=b=c\n\nB=")).toEqual({ A: "b=c", B: "" });
  });

  it("begin with the contract's defaults, and no start command", () => {
    const draft = emptyDraft();
    expect(draft).toMatchObject({ start: "", health_kind: "http", health_path: "/healthz", stop_grace_s: "10" });
    const result = settingsOf(draft);
    expect("problems" in result && problemAt(result.problems, "/settings/start")).toBeTruthy();
  });
});

describe("what is wrong", () => {
  it.each([
    ["a grace that is no number", { stop_grace_s: "soon" }, "/settings/stop_grace_s"],
    ["an empty deadline", { start_deadline_s: "" }, "/settings/start_deadline_s"],
    ["a folder that leaves the release", { folder: "../etc" }, "/settings/folder"],
    ["a variable with a bad name", { environment: "1BAD=x" }, "/settings/environment"],
    ["a strategy that is not JSON", { strategy: "{" }, "/settings/strategy"],
    ["a strategy with an unknown field", { strategy: '{"speed":11}' }, "/settings/strategy"],
    ["a limit that nothing gets through", { limit_kbit_s: "1" }, "/settings/delivery/limit_kbit_s"],
    ["a limit that is no number", { limit_kbit_s: "slowly" }, "/settings/delivery/limit_kbit_s"],
    [
      "a folder to write to that is no path",
      { runs_kind: "systemd" as const, runs_writable: "var/lib" },
      "/settings/runs/writable",
    ],
    ["a limit of memory without systemd", { memory_mb: "512" }, "/settings/limits/memory_mb"],
    ["a limit that is no number", { open_files: "many" }, "/settings/limits/open_files"],
    ["no stop command of one's own", { runs_kind: "commands" as const, runs_status: "./ctl" }, "/settings/runs/stop"],
    ["an empty health command", { health_argv: "" }, "/settings/health"],
  ])("%s is told at its field", (_name, change, pointer) => {
    const result = settingsOf({ ...draftOf(settings, {}), ...change });
    expect("problems" in result ? problemAt(result.problems, pointer) : "accepted").toMatchObject({ code: expect.any(String) });
    expect("problems" in result).toBe(true);
  });

  it("is not told at other fields", () => {
    const result = settingsOf({ ...draftOf(settings, {}), folder: "/abs" });
    expect("problems" in result && problemAt(result.problems, "/settings/start")).toBeUndefined();
  });
});
