/** One worker as a process of its own, to be frozen or killed by a test. Its settings come by the environment, as in production. */
import { readConfig } from "@/lib/config";
import { createLocalTransport } from "../../hosts/local";
import { openEngineWorker } from "./engine-worker";

const transport = await createLocalTransport();
const worker = await openEngineWorker(readConfig(process.env), transport, (what, error) => console.error(what, error));
await worker.start();
process.stdout.write("ready\n");
