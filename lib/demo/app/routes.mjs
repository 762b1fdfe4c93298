const started = Date.now();

/** `/healthz`, `/version` in plain text, and `/` for people and programs. */
export function answer(request, response, { release, life }) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(response, 405, "text/plain", "method not allowed\n", { allow: "GET, HEAD" });
  switch (pathname) {
    case "/healthz": {
      const { status, body } = life.health();
      return send(response, status, "application/json", `${JSON.stringify(body)}\n`);
    }
    case "/version":
      return send(response, 200, "text/plain; charset=utf-8", `${release.version}\n`);
    case "/": {
      const { service, version } = release;
      const uptimeSeconds = Math.round((Date.now() - started) / 1000);
      return send(
        response,
        200,
        "application/json",
        `${JSON.stringify({ service, version, pid: process.pid, uptime_s: uptimeSeconds })}\n`,
      );
    }
    default:
      return send(response, 404, "text/plain", "not found\n");
  }
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}
