import type { HostTroubleCode } from "../domain/host-troubles";

/** What is asked of a host before instances are trusted to it. Nothing of it stays there. $1: the folder. */
export const CHECK_SCRIPT = `echo "slipway-check 1"
[ -r /proc/sys/kernel/random/boot_id ] || echo "not-linux"
for tool in tar gzip flock setsid awk find readlink sed df; do
  command -v "$tool" >/dev/null 2>&1 || echo "missing $tool"
done
command -v sha256sum >/dev/null 2>&1 || command -v openssl >/dev/null 2>&1 || echo "missing sha256sum"
command -v curl >/dev/null 2>&1 || command -v wget >/dev/null 2>&1 || echo "no-fetcher"
echo "clock $(date +%s)"
at=$1
while [ ! -e "$at" ]; do
  at=\${at%/*}
  [ -n "$at" ] || at=/
done
probe=$at/.slipway-check.$$
free=$(df -Pk "$at" 2>/dev/null | while read -r _ _ _ kilobytes _; do echo "$kilobytes"; done | tail -n 1)
echo "free \${free:-unknown}"
if { echo x >"$probe"; } 2>/dev/null; then echo "writable"; else echo "unwritable"; fi
rm -f "$probe"
echo "end"`;

const PACKAGES: Readonly<Record<string, string>> = {
  tar: "tar",
  gzip: "gzip",
  flock: "util-linux",
  setsid: "util-linux",
  awk: "mawk",
  find: "findutils",
  sed: "sed",
};

const LEAST_FREE_KB = 64 * 1024;
const MOST_SKEW_S = 60;

export interface CheckFinding {
  readonly code: HostTroubleCode;
  readonly params: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What the script printed, as findings; null when it is no whole answer. `askedAt`, `answeredAt`: this machine's clock, in milliseconds. */
export function findingsOf(printed: string, askedAt: number, answeredAt: number): readonly CheckFinding[] | null {
  const lines = printed.split("\n");
  if (lines[0] !== "slipway-check 1" || lines.at(-2) !== "end") return null;
  const said = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const findings: CheckFinding[] = [];
  if (lines.includes("not-linux")) findings.push({ code: "not_linux", params: {} });
  const missing = said("missing");
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((tool) => PACKAGES[tool] ?? "coreutils"))];
    findings.push({ code: "tool_missing", params: { tools: missing, packages } });
  }
  const free = Number(said("free")[0]);
  if (Number.isFinite(free) && free < LEAST_FREE_KB)
    findings.push({ code: "root_full", params: { free: Math.floor(free / 1024) } });
  else if (lines.includes("unwritable")) findings.push({ code: "root_unusable", params: {} });
  if (lines.includes("no-fetcher")) findings.push({ code: "fetcher_missing", params: {} });
  const skew = skewOf(Number(said("clock")[0]), askedAt / 1000, answeredAt / 1000);
  if (Math.abs(skew) > MOST_SKEW_S)
    findings.push({
      code: "clock_off",
      params: { seconds: Math.round(Math.abs(skew)), direction: skew > 0 ? "ahead" : "behind" },
    });
  return findings;
}

/** Seconds that a clock is ahead of ours; 0 for any moment between the question and the answer. */
function skewOf(clock: number, asked: number, answered: number): number {
  if (!Number.isFinite(clock)) return 0;
  if (clock > answered) return clock - answered;
  return clock < asked ? clock - asked : 0;
}
