/** A host as a text names it; what it does not say is null. */
export interface ListedHost {
  /** Of the text, counted from 1. */
  readonly line: number;
  readonly name: string;
  /** An IP address. */
  readonly address: string | null;
  readonly user: string | null;
  /** Name or address to connect to, where it is not the address. */
  readonly host: string | null;
  readonly port: number | null;
  /** Name of a file among the workers' keys. */
  readonly keyFile: string | null;
  readonly root: string | null;
  readonly zone: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** The machine that one has to go through, as the text says it. */
  readonly through: string | null;
}

/** What could not be read, or is not read here: the sentence is `hosts.many.complaint.<code>`. */
export interface Complaint {
  readonly line: number;
  readonly code:
    | "no_host"
    | "too_many_words"
    | "bad_port"
    | "name_twice"
    | "group"
    | "match"
    | "include"
    | "pattern"
    | "no_value";
  readonly params: Readonly<Record<string, string | number>>;
}

export interface Listing {
  readonly hosts: readonly ListedHost[];
  readonly complaints: readonly Complaint[];
}

/** The first host of each name, and a complaint about every other one. */
export function withoutTwins({ hosts, complaints }: Listing): Listing {
  const first = new Map<string, number>();
  const twins: Complaint[] = [];
  const kept = hosts.filter(({ name, line }) => {
    const before = first.get(name);
    if (before === undefined) first.set(name, line);
    else twins.push({ line, code: "name_twice", params: { name, first: before } });
    return before === undefined;
  });
  return { hosts: kept, complaints: [...complaints, ...twins].toSorted((one, other) => one.line - other.line) };
}
