import path from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": path.resolve(import.meta.dirname) };
const rooms = ["app", "bench", "bin", "chaos", "components", "i18n", "lib", "messages", "scripts"];
const tests = (suffix: string) => rooms.map((room) => `${room}/**/*${suffix}`);

/** Tests of hosts and of the engine wait for processes more than they compute: one more than a small machine has processors. */
const SIDE_BY_SIDE = 3;

/** `*.db.test.ts` gets a PostgreSQL database of its own, `*.test.tsx` a document; every other test is plain Node. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          environment: "node",
          include: [...tests(".test.ts"), ...tests(".test.mts")],
          exclude: ["**/*.db.test.ts", "**/node_modules/**"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: SIDE_BY_SIDE,
        },
      },
      {
        resolve: { alias },
        oxc: { jsx: { runtime: "automatic" } },
        test: {
          name: "dom",
          environment: "happy-dom",
          include: tests(".test.tsx"),
          testTimeout: 30_000,
          maxWorkers: SIDE_BY_SIDE,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          environment: "node",
          include: tests(".db.test.ts"),
          globalSetup: ["lib/postgres/testing.setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: SIDE_BY_SIDE,
        },
      },
    ],
  },
});
