-- One service of 10,000 instances on 500 hosts, each with a hundred runs behind it, and the rollout of all of them that is under way:
-- what a page must bear. Settings, strategy and progress are JSON as the console writes it.
CREATE PROCEDURE pg_temp.fill(settings jsonb, strategy jsonb, progress jsonb) LANGUAGE plpgsql AS $$
DECLARE
  many constant int := 10000;
  runs constant int := 100;
  began constant timestamptz := clock_timestamp() - interval '100 days';
BEGIN
  SET LOCAL session_replication_role = replica;
  INSERT INTO services (name, labels, revision) VALUES ('big', '{"team": "bench"}', 1);
  INSERT INTO settings_revisions (service, revision, settings, created_by) VALUES ('big', 1, settings, 'bench');
  INSERT INTO hosts (name, kind, address, root, zone, reachable, last_answer_at, inspected_at, next_inspect_at)
    SELECT 'host-' || to_char(h, 'FM000'), 'local', '127.0.0.1', '/srv/' || h, 'zone-' || h % 3, true, began, began, 'infinity' FROM generate_series(1, 500) h;
  CREATE TEMP TABLE places AS
    SELECT n, 'big-' || to_char(n, 'FM00000') AS id, 'host-' || to_char(n % 500 + 1, 'FM000') AS host, 10000 + n / 500 AS port FROM generate_series(1, many) n;
  INSERT INTO instances (id, service, host, port, generation) SELECT id, 'big', host, port, runs FROM places;
  INSERT INTO observations (instance_id, healthy, latency_ms, checked_at, unhealthy_since, pid, process_since, running_version, running_revision, inspected_at, next_check_at)
    SELECT id, n % 100 <> 0, 3.5, clock_timestamp() + interval '1 hour' /* no monitor runs here */, CASE WHEN n % 100 = 0 THEN clock_timestamp() END, 1000 + n, began, '1.' || runs || '.0', 1, clock_timestamp(), 'infinity' FROM places;
  CREATE TEMP TABLE released AS
    SELECT r AS run, '1.' || r || '.0' AS version, encode(sha256(convert_to('big' || r, 'UTF8')), 'hex') AS sha256, 'big-deploy-' || r AS rollout, began + r * interval '1 day' AS at
    FROM generate_series(1, runs + 1) r;
  INSERT INTO packages (sha256, size, kind, release_sha256, release_size, files, unpacked_size) SELECT sha256, 5000000, 'tar.gz', sha256, 5000000, 40, 12000000 FROM released;
  INSERT INTO versions (service, version, package_url, package_sha256, package_size, release_sha256, release_size, color, first_seen_at)
    SELECT 'big', version, 'http://127.0.0.1/big/' || version || '.tar.gz', sha256, 5000000, sha256, 5000000, run % 8, at FROM released;
  INSERT INTO rollouts (id, kind, service, version, status, strategy, request, requested_by, created_at, started_at, completed_at, package_url, progress, result, ok, changed, last_seq)
    SELECT rollout, 'deployment', 'big', version, 'succeeded', strategy, '{}', 'bench', at, at, at + interval '2 minutes', 'http://127.0.0.1/', progress, '{}', true, true, 0 FROM released WHERE run <= runs;
  INSERT INTO activations (id, instance_id, service, version, revision, opened_by, rollout_id, attempt, requested_by, replaces_id, started_at, ended_at, outcome, closed_by_rollout)
    SELECT (r.run - 1) * many + p.n, p.id, 'big', r.version, 1, 'deployment', r.rollout, 1, 'bench', CASE WHEN r.run > 1 THEN (r.run - 2) * many + p.n END, r.at,
      CASE WHEN r.run < runs THEN r.at + interval '1 day' END, CASE WHEN r.run < runs THEN 'replaced'::activation_outcome END, CASE WHEN r.run < runs THEN 'big-deploy-' || r.run + 1 END
    FROM released r, places p WHERE r.run <= runs ORDER BY 1;
  PERFORM setval(pg_get_serial_sequence('activations', 'id'), many * runs);

  INSERT INTO rollouts (id, kind, service, version, status, status_reason, strategy, request, requested_by, started_at, package_url, progress, waiting_for, last_seq)
    VALUES ('big-live', 'deployment', 'big', '1.' || runs + 1 || '.0', 'paused', '{"code": "failures_exceeded", "params": {"failed": 100}}', strategy, '{}', 'bench', clock_timestamp(), 'http://127.0.0.1/', progress,
      '{"code": "person", "params": {}, "until": null}', 4 * many);
  INSERT INTO rollout_targets (rollout_id, instance_id, position, wave, host, from_version, from_revision, to_version, to_revision, status, failure, holding)
    SELECT 'big-live', id, n, 1 + n / 2500, host, '1.' || runs || '.0', 1, '1.' || runs + 1 || '.0', 1, (CASE WHEN n % 100 = 0 THEN 'failed' WHEN n % 2 = 0 THEN 'succeeded' ELSE 'staged' END)::target_status,
      CASE WHEN n % 100 = 0 THEN '{"step": "verify", "code": "unhealthy", "params": {"seconds": 60}, "evidence": null}'::jsonb END, true FROM places;
  INSERT INTO events (pos, rollout_id, seq, service, instance_id, host, code, params, actor, at)
    SELECT e, 'big-live', e, 'big', p.id, p.host, 'target_switching', '{}', 'bench', clock_timestamp() FROM generate_series(1, 4 * many) e JOIN places p ON p.n = 1 + (e - 1) % many;
  UPDATE event_cursor SET last_pos = 4 * many;
END $$;
