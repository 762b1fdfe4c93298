-- `services` services named `prefix`-1 and so on, of `each` instances that run 1.0.0 and answer, fifty to a host; 2.0.0 of each service is in
-- the catalogue and its package in the store, so that a deployment of it fetches nothing.
CREATE PROCEDURE pg_temp.fill(prefix text, services int, "each" int, settings jsonb) LANGUAGE plpgsql AS $$
DECLARE
  began constant timestamptz := clock_timestamp() - interval '1 day';
BEGIN
  CREATE TEMP TABLE places ON COMMIT DROP AS
    SELECT prefix || '-' || s AS service, prefix || '-' || s || '-' || i AS id, prefix || '-host-' || ((s - 1) * "each" + i - 1) / 50 AS host, 20000 + ((s - 1) * "each" + i) % 50 AS port
    FROM generate_series(1, services) s, generate_series(1, "each") i;
  INSERT INTO services (name, revision) SELECT prefix || '-' || s, 1 FROM generate_series(1, services) s;
  INSERT INTO settings_revisions (service, revision, settings, created_by) SELECT prefix || '-' || s, 1, settings, 'bench' FROM generate_series(1, services) s;
  INSERT INTO hosts (name, kind, address, root, reachable, last_answer_at, inspected_at)
    SELECT DISTINCT host, 'local'::host_kind, '127.0.0.1', '/srv/' || host, true, began, began FROM places;
  INSERT INTO instances (id, service, host, port, generation) SELECT id, service, host, port, 1 FROM places;
  INSERT INTO observations (instance_id, healthy, latency_ms, checked_at, running_version, running_revision, inspected_at, next_check_at)
    SELECT id, true, 1, clock_timestamp(), '1.0.0', 1, clock_timestamp(), clock_timestamp() + random() * interval '10 seconds' FROM places;
  CREATE TEMP TABLE released ON COMMIT DROP AS
    SELECT prefix || '-' || s AS service, v.version, v.color, encode(sha256(convert_to(prefix || '-' || s || v.version, 'UTF8')), 'hex') AS sha256
    FROM generate_series(1, services) s, (VALUES ('1.0.0', 0), ('2.0.0', 1)) v(version, color);
  INSERT INTO packages (sha256, size, kind, release_sha256, release_size, files, unpacked_size) SELECT sha256, 1000, 'tar.gz', sha256, 1000, 1, 1000 FROM released;
  INSERT INTO package_blobs (id, release_sha256) SELECT gen_random_uuid(), sha256 FROM released;
  INSERT INTO versions (service, version, package_url, package_sha256, package_size, release_sha256, release_size, color, first_seen_at)
    SELECT service, version, 'http://127.0.0.1/' || service || '-' || version || '.tar.gz', sha256, 1000, sha256, 1000, color, began FROM released;
  INSERT INTO activations (instance_id, service, version, revision, opened_by, requested_by, started_at)
    SELECT id, service, '1.0.0', 1, 'deployment', 'bench', began FROM places;
END $$;
