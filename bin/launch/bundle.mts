import { readFile } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin, stop } from "esbuild";

/** Bundles the worker into `dist/worker.mjs`, or another file of that folder; packages stay outside. */
export async function bundleWorker(root: string, file = "worker.mjs"): Promise<void> {
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ["worker.ts"],
      outfile: path.join("dist", file),
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      packages: "external",
      alias: { "@": root },
      sourcemap: "linked",
      logLevel: "error",
      plugins: [keepPlaces(root)],
    });
  } finally {
    await stop();
  }
}

/** A bundled module still finds the files beside its source: `import.meta` keeps naming the place where the source lies. */
function keepPlaces(root: string): Plugin {
  return {
    name: "keep-places",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
        const source = await readFile(file, "utf8");
        const fromBundle = (target: string) =>
          JSON.stringify(path.posix.join("..", path.relative(root, target).split(path.sep).join("/")));
        const contents = source
          .replaceAll("import.meta.url", `new URL(${fromBundle(file)}, import.meta.url).href`)
          .replaceAll("import.meta.filename", `(import.meta.dirname + "/" + ${fromBundle(file)})`)
          .replaceAll("import.meta.dirname", `(import.meta.dirname + "/" + ${fromBundle(path.dirname(file))})`);
        return { contents, loader: "ts" };
      });
    },
  };
}
