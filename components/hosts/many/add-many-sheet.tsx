"use client";

import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Textarea } from "@/components/ui/field";
import { FileButton } from "@/components/ui/file-button";
import { Sheet } from "@/components/ui/sheet";
import { hostsQuery } from "@/lib/client/queries/fleet";
import { candidatesOf, firstShared } from "./candidates";
import { canAdd, canCheck } from "./row-state";
import { RowsTable } from "./rows-table";
import { SharedFields } from "./shared-fields";
import { useManyHosts } from "./use-many-hosts";

const MOST_BYTES = 1024 * 1024;
const SHOWN_COMPLAINTS = 12;

/** Many hosts from a list or an OpenSSH configuration: read, checked side by side, their keys accepted, and added. */
export function AddManySheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("hosts.many");
  const ui = useTranslations("ui");
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [shared, setShared] = useState(firstShared);
  const hosts = useQuery(hostsQuery());
  const known = new Set((hosts.data ?? []).filter(({ state }) => state !== "retired").map(({ name }) => name));
  const { kind, complaints, hosts: candidates } = candidatesOf(text, shared);
  const { rows, check, accept, add } = useManyHosts(candidates, known);
  const toCheck = rows.filter(canCheck);
  const toAccept = rows.filter(({ state }) => state === "key");
  const toAdd = rows.filter(canAdd);
  const count = (...states: readonly string[]) => rows.filter(({ state }) => states.includes(state)).length;
  const isAdding = count("adding") > 0;
  const next = toAccept.length > 0 ? "accept" : toAdd.length > 0 ? "add" : "check";
  const summary = t("summary", {
    count: rows.length,
    checking: count("checking"),
    added: count("added"),
    troubled: count("trouble", "failed", "wrong"),
  });
  return (
    <Sheet
      open
      wide
      onOpenChange={(open) => open || isAdding || onClose()}
      title={t("title")}
      description={t("means")}
      initialFocus={area}
      footer={
        <>
          <p role="status" className="mr-auto text-ink-2">
            {rows.length === 0 ? "" : summary}
          </p>
          <Button onClick={onClose} disabled={isAdding}>
            {ui("close")}
          </Button>
          <Button
            variant={next === "check" ? "primary" : "default"}
            disabled={toCheck.length === 0}
            onClick={() => void check(toCheck)}
          >
            {t("check", { count: toCheck.length })}
          </Button>
          {toAccept.length === 0 ? null : (
            <Button variant="primary" onClick={() => void accept(toAccept)}>
              {t("accept", { count: toAccept.length })}
            </Button>
          )}
          <Button variant={next === "add" ? "primary" : "default"} disabled={toAdd.length === 0} onClick={() => void add(toAdd)}>
            {t("add", { count: toAdd.length })}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <div className="grid gap-4 lg:grid-cols-2">
          <Field
            label={kind === "config" ? t("config") : t("list")}
            hint={
              <FileButton mostBytes={MOST_BYTES} onText={setText}>
                <FileUp aria-hidden />
                {t("choose")}
              </FileButton>
            }
            description={t("format")}
            className="content-start"
          >
            <Textarea
              ref={area}
              value={text}
              onChange={(event) => setText(event.target.value)}
              rows={15}
              wrap="off"
              spellCheck={false}
              className="overflow-x-auto font-mono text-xs leading-5"
              placeholder={t("placeholder")}
            />
          </Field>
          <SharedFields shared={shared} onChange={setShared} />
        </div>
        {complaints.length === 0 ? null : (
          <section aria-label={t("complaints")} className="rounded-lg border border-warn/40 bg-warn-soft px-3.5 py-2">
            <h3 className="font-[550]">{t("complaints")}</h3>
            <ul className="mt-1 grid gap-0.5">
              {complaints.slice(0, SHOWN_COMPLAINTS).map(({ line, code, params }) => (
                <li key={`${line} ${code} ${JSON.stringify(params)}`} className="break-words">
                  <span className="mr-1.5 font-[550]">{t("line", { line })}</span>
                  {t(`complaint.${code}`, params)}
                </li>
              ))}
              {complaints.length > SHOWN_COMPLAINTS ? (
                <li>{t("moreComplaints", { count: complaints.length - SHOWN_COMPLAINTS })}</li>
              ) : null}
            </ul>
          </section>
        )}
        {rows.length === 0 ? null : (
          <div className="overflow-x-auto rounded-lg border border-line">
            <RowsTable rows={rows} onAccept={(row) => void accept([row])} />
          </div>
        )}
      </div>
    </Sheet>
  );
}
