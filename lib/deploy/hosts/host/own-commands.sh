# ── Commands of one's own ──────────────────────────────────────────────────────────────────────────────
# A service that other tools run: its start command brings it up and ends; its stop command takes it down; its status command ends
# with 0 while it runs, and may print the number of its main process as the first word. The slot `pid` has then, in the place of a start
# time, what kind of number it is: s START, the start command itself is under way; c START, the main process that the status told;
# c0, it told none: whether it runs is asked anew each time.

# 0 = it runs, by its own status; STATUS_PID: the main process that it told, or 0.
status_ask() { # ACTIVATION
  status_said=$(
    {
      (
        exec 2>/dev/null 8>&- 9>&- </dev/null
        spec_load "$I/activations/$1/spec" || exit 1
        spec_become "$1" status-arg timeout 5
      )
      printf '\nslipway-status %s\n' "$?"
    } | status_heard
  )
  status_code=${status_said%% *} status_said=${status_said#* }
  STATUS_PID=${status_said%%[!0-9]*}
  valid_number "$STATUS_PID" && proc_start "$STATUS_PID" || STATUS_PID=0
  return "$status_code"
}

# How the command ended and its first line: what it leaves behind may keep its output open, and is not waited for.
status_heard() {
  heard_first='' heard_count=0 heard_code=1
  while IFS= read -r heard_line; do
    case $heard_line in
      "slipway-status "*)
        heard_code=${heard_line#* }
        valid_number "$heard_code" && break
        heard_code=1
        ;;
    esac
    [ "$heard_count" -gt 0 ] || heard_first=$heard_line
    heard_count=1
  done
  printf '%s %s\n' "$heard_code" "$heard_first"
}

# What the slot names still runs: the same main process, or a good status where none was told.
commands_run() {
  case $P_START in
    c0) status_ask "$OWNER" ;;
    c*) [ "$P_BOOT" = "$BOOT" ] && proc_start "$P" && [ "c$PROC_START" = "$P_START" ] ;;
    *) return 1 ;;
  esac
}

# A command of the service, or a hook: not longer than so many hundredths, ended early by a cancel, never through a shell.
commands_do() { # ACTIVATION KEY HUNDREDTHS
  (
    exec </dev/null >>"$I/log" 2>&1 8>&- 9>&- 6>&- 5>&-
    spec_become "$1" "$2" "$SETSID"
  ) &
  commands_await "$!" "$3"
}

# → COMMAND_CUT: late or cancelled when it was killed, '' when it ended by itself; COMMAND_CODE: how it ended, 124 when it was killed
commands_await() { # PID HUNDREDTHS
  now
  await_until=$((NOW + $2)) COMMAND_CUT=''
  while proc_start "$1"; do
    now
    if [ "$NOW" -ge "$await_until" ]; then
      COMMAND_CUT=late
    elif [ "$CANCELLABLE" = yes ] && cancelled; then
      COMMAND_CUT=cancelled
    fi
    if [ -n "$COMMAND_CUT" ]; then
      signal_group KILL "$1"
      break
    fi
    nap 0.02
  done
  wait "$1" 2>/dev/null
  COMMAND_CODE=$?
  [ -z "$COMMAND_CUT" ] || COMMAND_CODE=124
}

# The start command's number is written down before it begins, and the lock (9) stays held until then, as with a process of our own.
commands_start() { # ACTIVATION (its spec is loaded): 0 = the status is good
  now
  commands_until=$((NOW + SP_DEADLINE_MS / 10))
  (
    exec </dev/null >>"$I/log" 2>&1 8>&- 6>&- 5>&-
    read -r self_stat </proc/self/stat
    self_pid=${self_stat%% *}
    proc_start "$self_pid"
    slot_set "$I/pid" "$self_pid s$PROC_START $BOOT $MS $1" || exit 1
    exec 9>&-
    spec_become "$1" start "$SETSID"
  ) &
  commands_await "$!" "$((SP_DEADLINE_MS / 10))"
  slot_set "$I/exit" "0 $COMMAND_CODE"
  START_WHY="its start command ended with status $COMMAND_CODE"
  [ "$COMMAND_CODE" = 0 ] || return 1
  START_WHY="its status command does not say that it runs"
  until status_ask "$1"; do
    now
    [ "$NOW" -lt "$commands_until" ] || return 1
    ! { [ "$CANCELLABLE" = yes ] && cancelled; } || return 1
    nap 0.1
  done
  if [ "$STATUS_PID" = 0 ]; then PROC_START=0; fi
  slot_set "$I/pid" "$STATUS_PID c$PROC_START $BOOT $MS $1"
  alive
}

# By its stop command, until its status says so; what it told as its main process is killed after the grace. 1 = it goes on.
commands_stop() { # P, P_START and OWNER are set
  spec_load "$I/activations/$OWNER/spec"
  stop_cancellable=${CANCELLABLE:-no} CANCELLABLE=no stop_tries=0
  while :; do
    # A start command that was left alone must not bring up what has just been stopped.
    case $P_START in s*) [ "$P_BOOT" != "$BOOT" ] || ! proc_start "$P" || [ "s$PROC_START" != "$P_START" ] || signal_group KILL "$P" ;; esac
    now
    stop_kill=$((NOW + SP_GRACE_MS / 10))
    commands_do "$OWNER" stop-arg "$((SP_GRACE_MS / 10 + 1000))"
    while commands_linger; do
      now
      [ "$NOW" -lt "$stop_kill" ] || break
      nap 0.1
    done
    commands_linger || break
    case $P_START in c0 | s*) ;; *) [ "$P_BOOT" != "$BOOT" ] || signal_group KILL "$P" ;; esac
    stop_tries=$((stop_tries + 1))
    if [ "$stop_tries" -ge 3 ]; then
      CANCELLABLE=$stop_cancellable
      return 1
    fi
  done
  CANCELLABLE=$stop_cancellable
  slot_set "$I/pid" ''
}

commands_linger() {
  commands_run || status_ask "$OWNER"
}

# Whatever runs it has started it again: the main process that its status tells now, STATUS_PID, is not the one in the slot.
commands_elsewhere() {
  [ -n "$SLOT" ] || return 1
  case $P_START in c0 | s*) return 1 ;; c*) ;; *) return 1 ;; esac
  status_ask "$OWNER" || return 1
  clock
  STATUS_SINCE=$MS
  [ "$STATUS_PID" = 0 ] || STATUS_SINCE=$(((EPOCH + PROC_START) * 10))
}
