import type { Problems } from "@/lib/client/field-problems";
import { pairsOf, pairsText } from "@/lib/client/pairs";
import { checkOf, emptyHost, type HostDraft, type SshDraft } from "../host-draft";
import { readHostList } from "./host-list";
import type { Complaint, ListedHost } from "./listing";
import { isSshConfig, readSshConfig } from "./ssh-config";

/** What holds for every host that does not say otherwise. */
export interface Shared {
  readonly ssh: Pick<SshDraft, "via" | "user" | "keyKind" | "keyFile">;
  /** `%h` stands for the name of the host. */
  readonly root: string;
  readonly zone: string;
  /** `name=value`, one a line. */
  readonly labels: string;
}

/** A host that may be added. */
export interface Candidate {
  readonly line: number;
  readonly draft: HostDraft;
  /** What is wrong with what was said of it, by JSON pointer of the request. */
  readonly problems: Problems | null;
  readonly through: string | null;
  /** What was found out about another way, or for another user, is not about this one. */
  readonly identity: string;
}

export interface Candidates {
  readonly kind: "list" | "config";
  readonly hosts: readonly Candidate[];
  readonly complaints: readonly Complaint[];
}

const NAME = "%h";

export function firstShared(): Shared {
  const { via, user, keyKind, keyFile } = emptyHost().ssh;
  return { ssh: { via, user, keyKind, keyFile }, root: `/srv/slipway/${NAME}`, zone: "", labels: "" };
}

/** Every host that a text names, each as it would be added: what the text does not say is shared. */
export function candidatesOf(text: string, shared: Shared): Candidates {
  const kind = isSshConfig(text) ? "config" : "list";
  const { hosts, complaints } = kind === "config" ? readSshConfig(text) : readHostList(text);
  return { kind, complaints, hosts: hosts.map((host) => candidateOf(host, shared, kind)) };
}

function candidateOf(host: ListedHost, shared: Shared, kind: Candidates["kind"]): Candidate {
  // The system's ssh of the workers knows a host by its name in their own configuration.
  const isAlias = kind === "config" && shared.ssh.via === "openssh" && host.through !== null;
  const draft: HostDraft = {
    ...emptyHost(),
    kind: "ssh",
    name: host.name,
    address: host.address ?? "",
    root: host.root ?? shared.root.replaceAll(NAME, host.name),
    zone: host.zone ?? shared.zone,
    labels: pairsText({ ...pairsOf(shared.labels), ...host.labels }),
    ssh: {
      ...shared.ssh,
      user: host.user ?? shared.ssh.user,
      host: isAlias ? host.name : (host.host ?? ""),
      port: host.port ?? 22,
      ...(host.keyFile === null ? {} : { keyKind: "file", keyFile: host.keyFile }),
      hostKey: null,
    },
  };
  const checked = checkOf(draft);
  const { zone, labels, ...way } = draft;
  return {
    line: host.line,
    draft,
    problems: "problems" in checked ? checked.problems : null,
    through: shared.ssh.via === "openssh" ? null : host.through,
    identity: JSON.stringify(way),
  };
}
