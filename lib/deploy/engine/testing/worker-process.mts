/** One worker as a process of its own, to be frozen or killed by a test. Its settings come by the environment, as in production. */
import { readConfig } from "@/lib/config";
import { composeWorker } from "@/lib/deploy/compose-worker";

const worker = await composeWorker(readConfig(process.env), (what, error) => console.error(what, error));
await worker.start();
process.on("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdout.write("ready\n");
