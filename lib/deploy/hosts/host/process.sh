# ── Processes ──────────────────────────────────────────────────────────────────────────────────────────

# PROC_START of a pid; nothing for a zombie: where process 1 does not reap, the dead would count as alive.
proc_start() {
  read -r proc_stat 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086 # numbers only behind the command's closing bracket
  set -- ${proc_stat##*) }
  case $1 in Z | X) return 1 ;; esac
  PROC_START=${20}
}

# The main process by pid, start time and boot, so that no number used again is taken for it. Sets P, P_START, P_SINCE, OWNER.
alive() {
  slot_get "$I/pid"
  [ -n "$SLOT" ] || return 1
  P=${SLOT%% *} alive_rest=${SLOT#* }
  P_START=${alive_rest%% *} alive_rest=${alive_rest#* }
  P_BOOT=${alive_rest%% *} alive_rest=${alive_rest#* }
  P_SINCE=${alive_rest%% *} OWNER=${alive_rest#* }
  still_runs
}
still_runs() {
  case $P_START in
    [cs]*) commands_run ;;
    *) [ "$P_BOOT" = "$BOOT" ] && proc_start "$P" && [ "$PROC_START" = "$P_START" ] ;;
  esac
}

signal_group() { # SIGNAL PID: its whole process group; itself alone in the moment before it has one
  send "$1" "-$2" || send "$1" "$2"
}

# The parent of every service. It stays to keep the exit status, sits in a session apart from its service so that signals to
# one do not reach the other, and holds no lock. The service's pid is written down before the service's program runs, and the
# transaction's lock (9) stays held until then: a recovery can neither miss a process nor start a second one beside it. A service
# whose pid cannot be written down is not started.
# shellcheck disable=SC2016 # a program of its own; its values are arguments
KEEPER='
slot() { printf "%-16s\n%-16s\n" "$2" "$2" 1<>"$1"; }
self() { read -r stat </proc/self/stat; pid=${stat%% *}; set -- ${stat##*) }; start=${20}; }
folder=$1 boot=$2 since=$3 owner=$4 setsid=$5
shift 5
( self; slot "$folder/pid" "$pid $start $boot $since $owner" || exit 1; exec 9>&-; exec "$setsid" "$@" ) &
child=$!
exec 9>&-
wait "$child"
slot "$folder/exit" "$child $?"
'

log_size() {
  LOG_AT=0
  [ ! -s "$I/log" ] || LOG_AT=$(($(wc -c <"$I/log" 8>&- 9>&-)))
}

# Sets LOG_AT: where the output of the coming start begins. Output is bounded at each start, and by the supervisor meanwhile.
log_prepare() {
  log_size
  if [ "$LOG_AT" -gt "$LOG_LIMIT" ]; then
    mv -f "$I/log" "$I/log.1"
    true >"$I/log"
    LOG_AT=0
  fi
}

start_process() { # ACTIVATION: 0 = it had a process; `alive` names it (P, P_START)
  START_WHY=''
  spec_load "$I/activations/$1/spec" || return 1
  clock
  slot_set "$I/exit" ''
  slot_set "$I/pid" ''
  # Older instances have no such slot until something that restarts is started: one more file may not fit any more.
  if [ "$SP_RUNS" != process ] || [ -f "$I/restarts" ]; then slot_set "$I/restarts" "0 $1" || return 1; fi
  case $SP_RUNS in
    systemd)
      unit_start "$1"
      return
      ;;
    commands)
      commands_start "$1"
      return
      ;;
  esac
  if other_by_sudo; then slot_set "$I/permit" "$1" || return 1; fi
  (
    if other_by_sudo; then
      # sudo stays, and would keep the lock.
      exec 9>&-
      become_root_in "$SETSID" _supervise "$INSTANCE" "$1" permitted
    elif [ "$SP_RUNS" = supervised ]; then
      exec "$SETSID" "$SH" "$SELF" --root "$ROOT" _supervise "$INSTANCE" "$1"
    fi
    cd -P "$I/activations/$1/release/$SP_FOLDER" || exit 127
    spec_exec "$I/activations/$1/spec" start "$SETSID" "$SH" -c "$KEEPER" slipway-keeper "$I" "$BOOT" "$MS" "$1" "$SETSID"
  ) </dev/null >>"$I/log" 2>&1 8>&- 6>&- 5>&- &
  launched=$!
  until alive || [ -n "$SLOT" ]; do
    proc_start "$launched" || {
      wait "$launched"
      slot_get "$I/pid"
      [ -n "$SLOT" ] || return 1
    }
    nap 0.005
  done
  return 0
}

# The whole group: signal, grace, kill. 1 = it cannot be killed.
stop_process() {
  unit_stop || return 1
  permit_withdraw
  alive
  stop_gone=$?
  if [ -n "$SLOT" ]; then
    case $P_START in
      [cs]*)
        commands_stop
        return
        ;;
    esac
  fi
  if [ "$stop_gone" -ne 0 ]; then
    slot_set "$I/pid" ''
    return 0
  fi
  spec_load "$I/activations/$OWNER/spec"
  signal_group "$SP_STOP" "$P"
  now
  stop_kill=$((NOW + SP_GRACE_MS / 10)) stop_pause=0.01 stop_limit=0
  while still_runs; do
    now
    if [ "$stop_limit" -eq 0 ] && [ "$NOW" -ge "$stop_kill" ]; then
      signal_group KILL "$P"
      stop_limit=$((NOW + 1000))
    elif [ "$stop_limit" -gt 0 ] && [ "$NOW" -ge "$stop_limit" ]; then
      return 1
    fi
    nap "$stop_pause"
    [ "$NOW" -lt $((stop_kill - SP_GRACE_MS / 10 + 20)) ] || stop_pause=0.05
  done
  stop_tries=0
  while send 0 "-$P" && [ "$stop_tries" -lt 30 ]; do
    nap 0.02
    stop_tries=$((stop_tries + 1))
  done
  send KILL "-$P"
  slot_set "$I/pid" ''
}

# Somebody listens on the port at this address, or at every address. The kernel is asked: no connection is made. `ss` asks it for what
# listens there; its tables as files tell of every connection that there may be, which takes it milliseconds.
port_listening() { # ADDRESS PORT
  if command -v ss >/dev/null && port_found=$(ss -Hltn "sport = :$2" 2>/dev/null 8>&- 9>&-); then
    case $port_found in
      '') return 1 ;;
      *" $1:$2 "* | *" 0.0.0.0:$2 "* | *" *:$2 "* | *" [::]:$2 "* | *" :::$2 "* | *" [::ffff:$1]:$2 "* | *" ::ffff:$1:$2 "*) return 0 ;;
      # Bound to one network interface.
      *" $1%"* | *" 0.0.0.0%"* | *" *%"* | *" [::]%"* | *" ::%"* | *" [::ffff:$1]%"* | *" ::ffff:$1%"*) return 0 ;;
    esac
    case $1 in 0.0.0.0 | *[!0-9.]*) return 0 ;; esac
    return 1
  fi
  port_tables=/proc/net/tcp
  [ -r /proc/net/tcp6 ] && port_tables="/proc/net/tcp /proc/net/tcp6"
  # shellcheck disable=SC2086 # two fixed names
  awk -v address="$1" -v number="$2" '
    BEGIN { port = sprintf("%04X", number); n = address == "0.0.0.0" ? 0 : split(address, part, "."); if (n == 4) { v4 = sprintf("%02X%02X%02X%02X", part[4], part[3], part[2], part[1])
              big = sprintf("%02X%02X%02X%02X", part[1], part[2], part[3], part[4]) } }
    $4 == "0A" { split($2, at, ":"); if (at[2] != port) next
      if (at[1] ~ /^0+$/ || n != 4 || at[1] == v4 || at[1] == big) { found = 1; exit }
      tail = substr(at[1], 25); if (length(at[1]) == 32 && (tail == v4 || tail == big)) { found = 1; exit } }
    END { exit !found }' $port_tables 8>&- 9>&-
}

port_closes() { # HUNDREDTHS: waits so long for the port of the loaded spec to be free
  now
  port_until=$((NOW + $1))
  while port_listening "$SP_ADDRESS" "$SP_PORT"; do
    now
    [ "$NOW" -lt "$port_until" ] || return 1
    nap 0.05
  done
}
