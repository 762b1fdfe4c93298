/** Activates as a process of its own, to be killed by a test: arguments are a host and a command as JSON. */
import type { ActivateCommand, HostRef } from "../../ports";
import { createLocalTransport } from "../local";

const [, , host, command] = process.argv;
if (host === undefined || command === undefined) throw new Error("a host and a command are needed");
const where: HostRef = JSON.parse(host);
const what: ActivateCommand = JSON.parse(command);
const transport = await createLocalTransport();
await transport.activate(where, what);
