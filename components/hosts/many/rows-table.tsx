"use client";

import { Check, CircleAlert, CircleHelp, KeyRound, Loader, type LucideIcon, Server } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Checkbox } from "@/components/ui/checkbox";
import { Chip, type Tone } from "@/components/ui/chip";
import { Table } from "@/components/ui/table";
import type { Row, RowState } from "./row-state";
import { settled } from "./row-state";

const LOOK: Readonly<Record<RowState, { readonly icon: LucideIcon; readonly tone: Tone }>> = {
  wrong: { icon: CircleAlert, tone: "bad" },
  known: { icon: Server, tone: "off" },
  unchecked: { icon: CircleHelp, tone: "off" },
  checking: { icon: Loader, tone: "busy" },
  key: { icon: KeyRound, tone: "warn" },
  trouble: { icon: CircleAlert, tone: "bad" },
  fine: { icon: Check, tone: "ok" },
  adding: { icon: Loader, tone: "busy" },
  added: { icon: Check, tone: "ok" },
  failed: { icon: CircleAlert, tone: "bad" },
};

interface RowsTableProps {
  readonly rows: readonly Row[];
  readonly onAccept: (row: Row) => void;
}

/** Every host that the text names, with what was found out about it and what is to be done next. */
export function RowsTable({ rows, onAccept }: RowsTableProps) {
  const t = useTranslations("hosts.many");
  return (
    <Table>
      <thead>
        <tr>
          <th className="num w-px">{t("column.line")}</th>
          <th>{t("column.host")}</th>
          <th>{t("column.way")}</th>
          <th>{t("column.state")}</th>
          <th>{t("column.found")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <HostLine key={row.candidate.draft.name} row={row} onAccept={() => onAccept(row)} />
        ))}
      </tbody>
    </Table>
  );
}

function HostLine({ row, onAccept }: { row: Row; onAccept: () => void }) {
  const t = useTranslations("hosts.many");
  const { candidate, state } = row;
  const { name, address, ssh } = settled(row);
  const { icon, tone } = LOOK[state];
  return (
    <tr className="align-top [&>td]:align-top!">
      <td className="num py-1.5! text-ink-3 max-sm:hidden">{candidate.line}</td>
      <td className="py-1.5! font-[550]">{name}</td>
      <td className="wide break-all py-2! font-mono text-ink-2 text-xs max-sm:order-1">
        {ssh.user}@{ssh.host === "" ? address : ssh.host}
        {ssh.port === 22 ? "" : `:${ssh.port}`}
        {ssh.host === "" || address === "" ? null : <span className="text-ink-3"> → {address}</span>}
      </td>
      <td className="py-1.5!">
        <Chip tone={tone} icon={icon} spin={state === "checking" || state === "adding"}>
          {t(`state.${state}`)}
        </Chip>
      </td>
      <td className="wide py-1.5! max-sm:order-2">
        <Found row={row} onAccept={onAccept} />
      </td>
    </tr>
  );
}

/** The sentence of what is to be done next, or the key to be compared. */
function Found({ row: { candidate, finding, state }, onAccept }: { row: Row; onAccept: () => void }) {
  const t = useTranslations("hosts.many");
  const check = useTranslations("hosts.check");
  const sentences = useSentences();
  const { answer, error } = finding;
  if (state === "wrong") {
    const problems = candidate.problems ?? new Map();
    return (
      <ul className="text-bad">
        {[...problems.keys()].map((pointer) => (
          <li key={pointer}>
            <code className="font-mono text-xs">{pointer.slice(1).replaceAll("/", ".")}</code>:{" "}
            {sentences.field(problems, pointer)}
          </li>
        ))}
      </ul>
    );
  }
  const key = answer?.host_key ?? null;
  return (
    <div className="grid gap-1 whitespace-normal break-words">
      {candidate.through === null || state === "added" ? null : (
        <p className="text-warn">{t("through", { through: candidate.through })}</p>
      )}
      {state === "known" ? <p className="text-ink-3">{t("knownMeans")}</p> : null}
      {state === "failed" ? <p className="text-bad">{sentences.problem(error)}</p> : null}
      {state === "key" && key !== null ? (
        <>
          <code className="break-all font-mono text-xs">
            {key.type} {key.fingerprint}
          </code>
          <Checkbox checked={false} onChange={onAccept} label={check("accept")} />
        </>
      ) : null}
      {state === "trouble" || state === "fine"
        ? answer?.troubles.map((trouble) => (
            <p key={`${trouble.code} ${JSON.stringify(trouble.params)}`} className={trouble.bearable ? "text-warn" : "text-bad"}>
              {trouble.message}
            </p>
          ))
        : null}
      {state === "fine" && key !== null ? (
        <code className="break-all font-mono text-ink-3 text-xs">{key.fingerprint}</code>
      ) : null}
    </div>
  );
}
