import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { HostCheckWire, hostCheck, host as hostSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { NetworkFailure } from "@/lib/client/problem";
import { checkOf, type HostCheckInput, hostOf } from "../host-draft";
import { eachBounded } from "./bounded";
import type { Candidate } from "./candidates";
import { type Finding, NOTHING_FOUND, type Row, rowOf, settled } from "./row-state";

/** As many as a worker looks at side by side. */
const AT_ONCE = 8;

/** Looking changes nothing: where no answer came it is asked once more. */
async function asking(check: HostCheckInput): Promise<HostCheckWire> {
  const ask = () => api.post<Answer<typeof hostCheck>>("/hosts/check", check);
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
    return await ask();
  }
}

/** The rows of the candidates, and what can be done with many of them. What was found out stays while the text is changed. */
export function useManyHosts(candidates: readonly Candidate[], known: ReadonlySet<string>) {
  const client = useQueryClient();
  const [found, setFound] = useState<ReadonlyMap<string, Finding>>(new Map());
  const note = (rows: readonly Row[], change: Partial<Finding>) =>
    setFound((before) => {
      const after = new Map(before);
      for (const { candidate } of rows)
        after.set(candidate.identity, { ...NOTHING_FOUND, ...before.get(candidate.identity), ...change });
      return after;
    });

  const check = async (rows: readonly Row[]) => {
    note(rows, { doing: "checking", error: null });
    await eachBounded(rows, AT_ONCE, async (row) => {
      const asked = checkOf(settled(row));
      if ("problems" in asked) return note([row], { doing: null });
      try {
        note([row], { doing: null, answer: await asking(asked.check) });
      } catch (error) {
        note([row], { doing: null, error });
      }
    });
  };
  /** Whoever accepts the keys that are shown has the hosts looked at whole. */
  const accept = async (rows: readonly Row[]) => {
    const accepted = rows.map((row) => {
      const finding = { ...row.finding, hostKey: row.finding.answer?.host_key?.public_key ?? null };
      note([row], { hostKey: finding.hostKey });
      return { ...row, finding };
    });
    await check(accepted);
  };
  const add = async (rows: readonly Row[]) => {
    note(rows, { doing: "adding", error: null });
    await eachBounded(rows, AT_ONCE, async (row) => {
      const wanted = hostOf(settled(row));
      if ("problems" in wanted) return note([row], { doing: null });
      try {
        await api.post<Answer<typeof hostSchema>>("/hosts", wanted.host);
        note([row], { doing: null, added: true });
      } catch (error) {
        note([row], { doing: null, error });
      }
    });
    await client.invalidateQueries({ queryKey: keys.hosts });
  };
  const rows = candidates.map((candidate) => rowOf(candidate, found.get(candidate.identity), known));
  return { rows, check, accept, add };
}
