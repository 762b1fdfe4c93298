import { execFileSync } from "node:child_process";
import { type Stats, statSync } from "node:fs";
import path from "node:path";

/** The account that PostgreSQL runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it another account: the one that owns `existing` (a cluster made before),
 * else `postgres`, else `nobody`. Anybody else runs it under their own account, and the answer is undefined.
 */
export function borrowedAccount(existing?: Stats): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const account = lookUp("postgres") ?? lookUp("nobody");
  if (!account)
    throw new Error(
      "PostgreSQL does not run as root and neither the user postgres nor nobody exists: run Slipway as another user.",
    );
  return account;
}

function lookUp(name: string): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

/** Whether the account may enter `folder`, which exists, and every folder above it. Undefined stands for ourselves: always true. */
export function canReach(folder: string, account: Account | undefined): boolean {
  if (!account) return true;
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (!mayEnter(statSync(at), account)) return false;
    if (at === path.dirname(at)) return true;
  }
}

function mayEnter(folder: Stats, account: Account): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
