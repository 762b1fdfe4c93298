-- A fleet with a past: 200 services of 50 instances on 500 hosts, each instance deployed 20 times, the newest version still running.
-- Settings, strategy and progress are JSON as the console writes it. Ten rollouts are paused in the middle; one instance in a hundred
-- does not answer.
CREATE PROCEDURE pg_temp.fill(settings jsonb, strategy jsonb, progress jsonb) LANGUAGE plpgsql AS $$
DECLARE
  runs constant int := 20;
  began constant timestamptz := clock_timestamp() - interval '20 days';
BEGIN
  -- What is written here refers to what is written here: looking every reference up would take most of the time.
  SET LOCAL session_replication_role = replica;
  INSERT INTO services (name, labels, revision) SELECT 'service-' || to_char(s, 'FM000'), '{"team": "bench"}', 1 FROM generate_series(1, 200) s;
  INSERT INTO settings_revisions (service, revision, settings, created_by) SELECT name, 1, settings, 'bench' FROM services;
  INSERT INTO hosts (name, kind, address, root, zone, reachable, last_answer_at, inspected_at, next_inspect_at)
    SELECT 'host-' || to_char(h, 'FM000'), 'local', '127.0.0.1', '/srv/' || h, 'zone-' || h % 3, true, began, began, 'infinity' FROM generate_series(1, 500) h;

  CREATE TEMP TABLE places AS
    SELECT (s - 1) * 50 + i AS n, 'service-' || to_char(s, 'FM000') AS service, 'service-' || to_char(s, 'FM000') || '-' || to_char(i, 'FM00') AS id,
      'host-' || to_char(((s - 1) * 50 + i) % 500 + 1, 'FM000') AS host, 10000 + s AS port
    FROM generate_series(1, 200) s, generate_series(1, 50) i;
  INSERT INTO instances (id, service, host, port, generation) SELECT id, service, host, port, runs FROM places;
  INSERT INTO observations (instance_id, healthy, latency_ms, checked_at, unhealthy_since, pid, process_since, running_version, running_revision, inspected_at, next_check_at)
    SELECT id, n % 100 <> 0, 3.5, clock_timestamp() + interval '1 hour' /* no monitor runs here */, CASE WHEN n % 100 = 0 THEN clock_timestamp() END, 1000 + n, began, '1.' || runs || '.0', 1, clock_timestamp(), 'infinity' FROM places;

  CREATE TEMP TABLE released AS
    SELECT s.name AS service, r AS run, '1.' || r || '.0' AS version, encode(sha256(convert_to(s.name || r, 'UTF8')), 'hex') AS sha256,
      s.name || '-deploy-' || r AS rollout, began + r * interval '1 day' - (row_number() OVER ()) * interval '1 second' AS at
    FROM services s, generate_series(1, runs) r;
  INSERT INTO packages (sha256, size, kind, release_sha256, release_size, files, unpacked_size) SELECT sha256, 5000000, 'tar.gz', sha256, 5000000, 40, 12000000 FROM released;
  INSERT INTO versions (service, version, package_url, package_sha256, package_size, release_sha256, release_size, color, first_seen_at)
    SELECT service, version, 'http://127.0.0.1/' || service || '/' || version || '.tar.gz', sha256, 5000000, sha256, 5000000, run % 8, at FROM released;
  INSERT INTO rollouts (id, kind, service, version, status, strategy, request, requested_by, created_at, started_at, completed_at, package_url, progress, result, ok, changed, last_seq)
    SELECT rollout, 'deployment', service, version, 'succeeded', strategy, '{}', 'bench', at, at, at + interval '2 minutes', 'http://127.0.0.1/', progress, '{}', true, true, 52 FROM released;
  INSERT INTO rollout_targets (rollout_id, instance_id, position, wave, host, from_version, from_revision, to_version, to_revision, status, changed, answered_before, version_now, started_at, ended_at)
    SELECT r.rollout, p.id, p.n, 1, p.host, CASE WHEN r.run > 1 THEN '1.' || r.run - 1 || '.0' END, CASE WHEN r.run > 1 THEN 1 END, r.version, 1, 'succeeded', true, true, r.version, r.at, r.at + interval '1 minute'
    FROM released r JOIN places p USING (service);
  INSERT INTO activations (id, instance_id, service, version, revision, opened_by, rollout_id, attempt, requested_by, replaces_id, started_at, ended_at, outcome, closed_by_rollout)
    SELECT (r.run - 1) * 10000 + p.n, p.id, r.service, r.version, 1, 'deployment', r.rollout, 1, 'bench', CASE WHEN r.run > 1 THEN (r.run - 2) * 10000 + p.n END, r.at,
      CASE WHEN r.run < runs THEN r.at + interval '1 day' END, CASE WHEN r.run < runs THEN 'replaced'::activation_outcome END, CASE WHEN r.run < runs THEN r.service || '-deploy-' || r.run + 1 END
    FROM released r JOIN places p USING (service) ORDER BY 1;
  PERFORM setval(pg_get_serial_sequence('activations', 'id'), 10000 * runs);
  INSERT INTO events (pos, rollout_id, seq, service, instance_id, host, code, params, actor, at)
    SELECT row_number() OVER (ORDER BY r.at, p.n), r.rollout, row_number() OVER (PARTITION BY r.rollout ORDER BY p.n), r.service, p.id, p.host, 'target_switching', '{}', 'bench', r.at
    FROM released r JOIN places p USING (service);
  UPDATE event_cursor SET last_pos = (SELECT max(pos) FROM events);

  INSERT INTO rollouts (id, kind, service, version, status, status_reason, strategy, request, requested_by, started_at, package_url, progress, waiting_for, last_seq)
    SELECT name || '-live', 'deployment', name, '1.21.0', 'paused', '{"code": "gate", "params": {"wave": 2}}', strategy, '{}', 'bench', clock_timestamp(), 'http://127.0.0.1/', progress,
      '{"code": "person", "params": {}, "until": null}', 1
    FROM services ORDER BY name LIMIT 10;
  INSERT INTO rollout_targets (rollout_id, instance_id, position, wave, host, from_version, from_revision, to_version, to_revision, status, holding)
    SELECT p.service || '-live', p.id, p.n, 1, p.host, '1.' || runs || '.0', 1, '1.21.0', 1, 'staged', true FROM places p JOIN rollouts r ON r.id = p.service || '-live';
END $$;
