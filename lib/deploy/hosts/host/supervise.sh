# ── The supervisor: restarts outside of changes what falls over ────────────────────────────────────────
# The parent of its service, in a session apart from it. It starts nothing while a change is under way or was interrupted: that
# change decides what runs. What it started last stands in the slot `pid`; when something else stands there, it is not needed.

SUPERVISE_LONGEST_S=60

# The transaction's lock (9) stays held until the process is written down, as by the keeper of a plain process.
supervise_start() { # ACTIVATION (its spec is loaded) → CHILD, and SINCE as it stands in the slot
  clock
  SINCE=$MS
  (
    read -r self_stat </proc/self/stat
    self_pid=${self_stat%% *}
    proc_start "$self_pid"
    cd -P "$I/activations/$1/release/$SP_FOLDER" || exit 127
    if [ "$SUPERVISE_PERMITTED" = yes ]; then
      permit_used "$1" "$self_pid $PROC_START $BOOT $SINCE $1" || exit 1
    else
      slot_set "$I/pid" "$self_pid $PROC_START $BOOT $SINCE $1" || exit 1
    fi
    exec 9>&-
    spec_exec "$I/activations/$1/spec" start "$SETSID"
  ) &
  CHILD=$!
  SUPERVISE_PERMITTED=no
  exec 9>&-
}

supervise_mine() { # ACTIVATION: what was started last here is what stands in the slot
  slot_get "$I/pid"
  case $SLOT in "$CHILD "*" $BOOT $SINCE $1") return 0 ;; esac
  return 1
}

# 0 = it may be started again, and the lock is held; 1 = somebody else decides what runs.
supervise_may() { # ACTIVATION HUNDREDTHS: not before so long
  now
  may_from=$((NOW + $2))
  while supervise_mine "$1"; do
    now
    if [ "$NOW" -ge "$may_from" ]; then
      exec 9>>"$I/lock"
      if flock -n 9; then
        supervise_mine "$1" || break
        slot_get "$I/power"
        [ "$SLOT" = on ] || break
        journal_state || break
        pointer
        # One that was interrupted is settled by whoever comes next; until then nothing is started.
        if [ -z "$OPEN" ]; then
          case "$ACTIVE $VERIFIED" in "$1 $1") return 0 ;; *) break ;; esac
        fi
      fi
      exec 9>&-
    fi
    nap 1
  done
  exec 9>&-
  return 1
}

# Output of a service that runs on is bounded too: what is over the limit is set aside, and the file begun again in place, since
# the service has it open. Not during a change, whose evidence is found by its place in the log.
supervise_log() { # PID of the supervisor
  while [ -d "/proc/$1" ]; do
    nap 10
    log_size
    [ "$LOG_AT" -gt "$LOG_LIMIT" ] || continue
    exec 9>>"$I/lock"
    if flock -n 9; then
      if cp "$I/log" "$I/log.part" 2>/dev/null; then mv -f "$I/log.part" "$I/log.1"; else rm -f "$I/log.part"; fi
      true >"$I/log"
    fi
    exec 9>&-
  done
}

# _supervise INSTANCE ACTIVATION [permitted], with the lock of its transaction on descriptor 9, or permitted; then also for a plain process
worker_supervise() {
  spec_load "$I/activations/$1/spec" || exit 1
  supervise_pause=1 supervise_count=0
  SUPERVISE_PERMITTED=no
  [ "${2:-}" != permitted ] || SUPERVISE_PERMITTED=yes
  read -r supervise_stat </proc/self/stat
  # By exec: a shell that redirects a function keeps what was open before, and with it the lock.
  if [ "$SP_RUNS" = supervised ]; then
    (
      exec >/dev/null 2>&1 9>&-
      supervise_log "${supervise_stat%% *}"
    ) &
  fi
  while :; do
    now
    supervise_from=$NOW
    supervise_start "$1"
    wait "$CHILD" 2>/dev/null
    slot_set "$I/exit" "$CHILD $?"
    [ "$SP_RUNS" = supervised ] || exit 0
    now
    [ $((NOW - supervise_from)) -lt $((SUPERVISE_LONGEST_S * 100)) ] || supervise_pause=1
    supervise_may "$1" $((supervise_pause * 100)) || exit 0
    supervise_pause=$((supervise_pause * 2))
    [ "$supervise_pause" -le "$SUPERVISE_LONGEST_S" ] || supervise_pause=$SUPERVISE_LONGEST_S
    supervise_count=$((supervise_count + 1))
    slot_set "$I/restarts" "$supervise_count $1"
  done
}

# ── The same as root, for another user's service where somebody else signs in ──────────────────────────
# sudo hands on no descriptor, so the lock cannot be held until the process is written down. A permit in a slot takes its place: it is used
# up in the moment in which the process is written down, and whoever stops the instance withdraws it first.

permit_withdraw() {
  slot_get "$I/permit"
  [ -n "$SLOT" ] || return 0
  exec 7>>"$I/gate"
  flock 7
  slot_set "$I/permit" ''
  exec 7>&-
}

permit_used() { # ACTIVATION SLOT: 0 = it was there, and the slot `pid` is written
  exec 7>>"$I/gate"
  flock 7
  slot_get "$I/permit"
  [ "$SLOT" = "$1" ] && slot_set "$I/permit" '' && slot_set "$I/pid" "$2"
  permit_code=$?
  exec 7>&-
  return "$permit_code"
}
