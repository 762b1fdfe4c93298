import { defineConfig } from "vitest/config";

/** The domain's own tests, as often as there are mutants: without those that explore at length. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["lib/deploy/domain/**/*.test.ts"],
    exclude: ["**/*.property.test.ts", "**/*.model.test.ts", "**/node_modules/**"],
    testTimeout: 30_000,
    isolate: false,
  },
});
