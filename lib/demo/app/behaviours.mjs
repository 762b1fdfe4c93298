const ok = { status: 200, body: { status: "ok" } };

/** How a release lives. Each gives `listening()`, called once the port is open, and `health()`, asked for every `/healthz`. */
export const behaviours = {
  good({ release, log }) {
    return {
      listening: () => log.info(`${release.service} ${release.version} is ready`),
      health: () => ok,
    };
  },

  /** Stops at once, before the port is open. */
  exits({ log, fail }) {
    log.info("reading configuration");
    log.error("config: PAYMENT_GATEWAY_URL is required since the move to the new gateway");
    return fail("config: 1 problem found, giving up");
  },

  /** Runs, listens, and never becomes healthy. */
  never_healthy({ log }) {
    const reason = 'migration 0042_add_order_index: relation "orders" is locked by another session';
    let attempt = 0;
    return {
      listening() {
        log.info("database: running 1 migration");
        setInterval(() => {
          attempt += 1;
          log.warn(`database: ${reason} (attempt ${attempt})`);
        }, 1000).unref();
      },
      health: () => ({ status: 503, body: { status: "unavailable", database: reason } }),
    };
  },

  /** Needs `after_seconds` before it is ready. */
  slow({ release, log }) {
    let ready = false;
    return {
      listening() {
        log.info("index: loading segments");
        setTimeout(() => {
          ready = true;
          log.info(`index: loaded, ${release.service} ${release.version} is ready`);
        }, release.after_seconds * 1000);
      },
      health: () => (ready ? ok : { status: 503, body: { status: "starting", reason: "the index is loading" } }),
    };
  },

  /** Is healthy, and falls over `after_seconds` later. */
  falls_over({ release, log, fail }) {
    const after = release.after_seconds * 1000;
    return {
      listening() {
        log.info(`${release.service} ${release.version} is ready`);
        setTimeout(() => log.warn("memory: heap used 1.4 GB of 2.0 GB, 48210 attachments cached"), after * 0.6);
        setTimeout(() => log.warn("memory: heap used 1.9 GB of 2.0 GB, 65536 attachments cached"), after * 0.9);
        setTimeout(() => fail("FATAL: reached heap limit, allocation failed: attachment cache is never emptied"), after);
      },
      health: () => ok,
    };
  },
};
