/** The programs of the other contestants, from Debian's packages. */
import { hasTool, install } from "../../bin/check/debian.mjs";

/** A contestant's program and the packages that bring it. */
const TOOLS = {
  "ansible-playbook": ["ansible-core"],
  clush: ["clustershell"],
  cap: ["capistrano", "ruby-ed25519", "ruby-bcrypt-pbkdf"],
  ssh: ["openssh-client"],
  sshd: ["openssh-server"],
  ip: ["iproute2"],
  busybox: ["busybox"],
} as const;
export type Tool = keyof typeof TOOLS;

/** Installs what is missing where we may; afterwards tells of each tool why it is not there, or null. */
export function provide(say: (sentence: string) => void): (tool: Tool) => string | null {
  const missing = Object.entries(TOOLS).filter(([tool]) => !hasTool(tool));
  if (missing.length > 0) {
    const packages = missing.flatMap(([, names]) => names);
    say(`Installing ${packages.join(", ")}…`);
    // One at a time: a package that is not to be had keeps no other one away.
    for (const [, names] of missing) install(names);
  }
  return (tool) => (hasTool(tool) ? null : `Debian's ${TOOLS[tool][0]} could not be had here`);
}
