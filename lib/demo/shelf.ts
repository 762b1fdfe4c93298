import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { wantedRange } from "@/lib/byte-range";

const SHELF_PATH = "/shelf/";

/** What a package is called: one folder, one file, nothing that means something to a file system. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9-]*\/[a-z0-9][A-Za-z0-9.-]*\.(tar\.gz|zip)$/;
const TYPES = { "tar.gz": "application/gzip", zip: "application/zip" } as const;

/**
 * Serves the packages in `folder` under `/shelf/`: GET and HEAD, one range (RFC 9110 14), `If-Range`, `If-None-Match`. Anything
 * that is no package's name is 404 without a look at the disk.
 */
export function shelfHandler(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD")
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    const { pathname } = new URL(request.url);
    const name = pathname.startsWith(SHELF_PATH) ? pathname.slice(SHELF_PATH.length) : "";
    const suffix = PACKAGE_NAME.exec(name)?.[1];
    const file = suffix === undefined ? null : await openFile(join(folder, name));
    if (file === null) return new Response(null, { status: 404 });
    return answer(request, file, suffix === "zip" ? TYPES.zip : TYPES["tar.gz"]);
  };
}

interface Opened {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

async function answer(request: Request, { handle, stats }: Opened, type: string): Promise<Response> {
  const etag = `"${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}"`;
  const headers = new Headers({
    etag,
    "accept-ranges": "bytes",
    "content-type": type,
    "last-modified": stats.mtime.toUTCString(),
  });
  if (request.headers.get("if-none-match") === etag) return empty(handle, 304, headers);
  const condition = request.headers.get("if-range");
  const range = condition === null || condition === etag ? wantedRange(request.headers.get("range"), stats.size) : null;
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${stats.size}`);
    return empty(handle, 416, headers);
  }
  const { start, end } = range ?? { start: 0, end: stats.size - 1 };
  if (range !== null) headers.set("content-range", `bytes ${start}-${end}/${stats.size}`);
  headers.set("content-length", String(end - start + 1));
  const status = range === null ? 200 : 206;
  if (request.method === "HEAD" || stats.size === 0) return empty(handle, status, headers);
  return new Response(contentOf(handle, start, end), { status, headers });
}

const CHUNK_BYTES = 64 * 1024;

/** The bytes from `start` to `end`, both included, read as they are asked for. Closes the file. */
function contentOf(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start;
  return new ReadableStream({
    async pull(controller) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - at + 1));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
      at += bytesRead;
      if (bytesRead > 0) controller.enqueue(chunk.subarray(0, bytesRead));
      if (bytesRead > 0 && at <= end) return;
      await handle.close();
      if (at > end) controller.close();
      else controller.error(new Error("the package became shorter while it was read"));
    },
    cancel: () => handle.close(),
  });
}

async function empty(handle: FileHandle, status: number, headers: Headers): Promise<Response> {
  await handle.close();
  return new Response(null, { status, headers });
}

async function openFile(path: string): Promise<Opened | null> {
  try {
    const handle = await open(path, "r");
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, stats };
    await handle.close();
    return null;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}
