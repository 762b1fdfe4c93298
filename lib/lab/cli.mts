/** `npm run lab -- --hosts 20` starts hosts and prints what they are; `npm run lab -- --down` ends them. */
import path from "node:path";
import { parseArgs } from "node:util";
import { asList } from "./as-list";
import { readLab, startLab, stopLab } from "./lab";
import { hasSshd } from "./sshd";

const MOST_HOSTS = 250;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { hosts: { type: "string" }, down: { type: "boolean", default: false } } });
  const folder = path.resolve(process.env.SLIPWAY_DATA ?? ".slipway", "lab");
  if (values.down) {
    await stopLab(folder);
    return;
  }
  const count = Number(values.hosts ?? "4");
  if (!Number.isInteger(count) || count < 1 || count > MOST_HOSTS)
    throw new Error(`--hosts takes a number from 1 to ${MOST_HOSTS}`);
  if (!hasSshd) throw new Error("this machine has no SSH server; on Debian: apt-get install openssh-server");
  if ((await readLab(folder)) !== null) throw new Error("a lab is up already: npm run lab -- --down ends it");
  try {
    const lab = await startLab(folder, count);
    process.stdout.write(`${JSON.stringify(lab, null, 2)}\n`);
    process.stderr.write(
      `\nFor "Add many" on the page of hosts, in a Slipway that was started with SLIPWAY_SSH_KEYS=${lab.keys}:\n\n${asList(lab.hosts)}\n`,
    );
  } catch (error) {
    await stopLab(folder);
    throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
