import path from "node:path";

const NPM_EXTRAS = new Set(["INIT_CWD", "NODE", "COLOR", "EDITOR"]);

/** Without what npm adds for its scripts: what runs under Slipway should not differ by how Slipway was started. */
export function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("npm_") && !(env.npm_execpath && NPM_EXTRAS.has(name)));
  return { ...Object.fromEntries(kept), NODE_ENV: env.NODE_ENV ?? "production", PATH: withoutNpmFolders(env.PATH ?? "") };
}

function withoutNpmFolders(searchPath: string): string {
  const added = (folder: string) => folder.endsWith(path.join("node_modules", ".bin")) || folder.endsWith("node-gyp-bin");
  return searchPath
    .split(path.delimiter)
    .filter((folder) => !added(folder))
    .join(path.delimiter);
}
