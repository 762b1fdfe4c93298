/** One worker as a process of its own, to be frozen or killed by a test. Its settings come by the environment, as in production. */
import { readConfig } from "@/lib/config";
import { createLocalTransport } from "../../hosts/local";
import { PROGRAM_FOLDER } from "./child-worker";
import { openEngineWorker } from "./engine-worker";

const programFolder = process.env[PROGRAM_FOLDER];
const transport = await createLocalTransport(programFolder ? { programFolder } : {});
const worker = await openEngineWorker(readConfig(process.env), transport, (what, error) => console.error(what, error));
await worker.start();
process.once("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.stdout.write("ready\n");
