# ── Workers: what runs in a session of its own and survives its caller ─────────────────────────────────

# Starts this program again as a worker with a clean environment and waits for it. RC: its status. Where systemd runs, a
# scope keeps it and the services that it starts out of the caller's control group; a scope that could not be made ran nothing.
launch() {
  if [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null; then
    launch_with systemd-run --scope --quiet --collect -- "$SH" "$SELF" --root "$ROOT" "$@"
    case $RC in 0 | 1[0-9] | 2[01] | 137) return ;; esac
  fi
  launch_with "$SH" "$SELF" --root "$ROOT" "$@"
}
launch_with() {
  if [ -n "${TELL:-}" ]; then
    launch_telling "$@"
  else
    detached "$@"
    RC=$?
  fi
}
detached() {
  env -i PATH="$PATH" ${HOME:+"HOME=$HOME"} ${USER:+"USER=$USER"} ${LOGNAME:+"LOGNAME=$LOGNAME"} ${LANG:+"LANG=$LANG"} ${TZ:+"TZ=$TZ"} \
    ${SLIPWAY_TEST_DIE_AT:+"SLIPWAY_TEST_DIE_AT=$SLIPWAY_TEST_DIE_AT"} "$SETSID" "$@" <&3 3<&- >/dev/null 2>>"$I/trace"
}

# Says once on standard output that the change has been started and is being verified: the caller's answer comes only at its end. The
# worker says so through a pipe (5), and nobody has to look again and again: while many hosts change on few processors, that costs.
launch_telling() {
  exec 4>&1
  RC=$({
    {
      detached "$@" 4>&- 5>&1
      echo "ended $?"
    } | while read -r told_word told_status; do
      case $told_word in
        verifying) echo verifying >&4 ;;
        ended)
          echo "$told_status"
          break
          ;;
      esac
    done
  })
  exec 4>&-
}

# The worker's side of it. Whoever listened may be gone, and that must not end the worker.
tell_verifying() {
  [ "${TELLS:-}" != yes ] || (
    trap '' PIPE
    echo verifying >&5
  ) 2>/dev/null
}

# Under the lock: the journal's state, with an interrupted transaction settled.
settled_state() {
  journal_state || exit "$E_TOO_NEW"
  if [ -n "$OPEN" ]; then
    recover_open
    journal_state
  fi
}

# _activate INSTANCE TX GENERATION MODE SHA256 REVISION VERSION FORCE EXPECT_SHA256 EXPECT_REVISION < spec
worker_activate() {
  want_tx=$2 WANT_GENERATION=$3 want_mode=$4 SHA=$5 REVISION=$6 VERSION=$7
  activate_force=$8 activate_expect="$9 ${10}"
  activate_new=$I/activations/.new.$$
  if ! { mkdir -p "$activate_new" && umask 077 && cat >"$activate_new/spec"; }; then
    rm -rf "$activate_new"
    exit "$E_DISK"
  fi
  umask 022
  activate_locked
  activate_rc=$?
  [ ! -d "$activate_new" ] || rm -rf "$activate_new"
  exit "$activate_rc"
}

activate_locked() {
  spec_load "$activate_new/spec" && spec_valid || return "$E_REFUSED"
  WANT_FORMAT=$SP_FORMAT
  if [ -n "$SP_USER" ] && [ "$SP_USER" != "$(id -un)" ]; then
    id -u "$SP_USER" >/dev/null 2>&1 || return "$E_START"
    need_tools setpriv || return "$E_TOOL"
    root_or_refuse || return $?
  fi
  case $SP_RUNS in
    systemd)
      [ -d /run/systemd/system ] && need_tools systemctl journalctl install cksum || return "$E_TOOL"
      # A unit has a narrower alphabet; a contract's names lie within it.
      case $INSTANCE in *[!A-Za-z0-9._-]*) return "$E_REFUSED" ;; esac
      root_or_refuse || return $?
      ;;
  esac
  case $SP_HEALTH in http) command -v curl >/dev/null || command -v wget >/dev/null || return "$E_TOOL" ;; esac
  lock_take
  settled_state
  TX=$want_tx MODE=$want_mode
  activation_of "$TX" && return 0
  gate_read
  [ "$WANT_GENERATION" -ge "$GENERATION" ] || return "$E_STALE"
  [ "$CANCEL" != "$TX" ] || return "$E_CANCELLED"
  CANCELLABLE=yes HEALTH_LOG='' HEALTH_COUNT=0 JOURNAL=''
  pointer
  current_is=''
  if [ -n "$ACTIVE" ] && journal_read "$ACTIVE"; then current_is="$J_SHA $J_REVISION"; fi
  activate_unchanged=''
  if [ "$activate_force" = no ] && [ "$current_is" = "$SHA $REVISION" ] && [ "$ACTIVE" = "$VERIFIED" ] && alive && [ "$OWNER" = "$ACTIVE" ]; then
    spec_load "$I/activations/$ACTIVE/spec"
    health_ask "$ACTIVE" && still_runs && activate_unchanged=yes
  fi
  if [ -z "$activate_unchanged" ]; then
    [ "$activate_expect" = "- -" ] || [ "$activate_expect" = "$current_is" ] || return "$E_PRECONDITION"
  fi
  true >>"$ROOT/releases.lock" || return "$E_DISK"
  exec 6>>"$ROOT/releases.lock"
  flock -s 6
  [ -d "$ROOT/releases/$SHA" ] || return "$E_MISSING"
  activate_begin || return "$E_DISK"
  exec 6>&-
  journal_open "$A" || return "$E_INTERNAL"
  die_at begun after
  if [ -n "$activate_unchanged" ]; then
    journal_write unchanged
  else
    TELLS=yes
    go_forward || put_back
  fi
  return 0
}

# `begun` is the renaming of a complete folder: all room that the transaction needs for its outcome is taken by then. Nothing is done
# before all of it is on the disk; a power cut before that may leave a journal that cannot be read, which counts for nothing.
activate_begin() {
  activations_forget
  activate_number=1000001
  [ -z "$NEWEST" ] || activate_number=$((1${NEWEST%%.*} + 1))
  A=${activate_number#1}.$TX
  # What was stopped for good is nothing to go back to; what runs all the same, and is what is wanted, is not stopped any more.
  slot_get "$I/power"
  case $activate_unchanged$SLOT in stopped\ *) VERIFIED='' ;; esac
  die_at begun before
  journal_begin "$activate_new" &&
    ln -s "../../../../releases/$SHA" "$activate_new/release" &&
    { [ -n "$activate_unchanged" ] || link_prepare .next "$A"; } &&
    { [ -z "$VERIFIED" ] || link_prepare .back "$VERIFIED"; } &&
    { [ -z "$activate_unchanged" ] || power_on; } &&
    mv -T "$activate_new" "$I/activations/$A" &&
    durable "$I/activations/$A/journal" "$I/activations/$A/spec" "$I/activations" "$I/generation" &&
    power_on
}

# An instance that was stopped for good is started by a boot again, from here on.
power_on() {
  slot_get "$I/power"
  [ "$SLOT" = on ] || { slot_set "$I/power" on && durable_bytes "$I/power"; }
}

activations_forget() {
  for forget_path in "$I"/activations/.new.*; do
    [ -d "$forget_path" ] && [ ! -d "/proc/${forget_path##*.}" ] && rm -rf "$forget_path"
  done
  activation_names
  [ "$COUNT" -gt "$KEEP_ACTIVATIONS" ] || return 0
  [ "$(wc -c <"$I/trace")" -lt 1048576 ] || true >"$I/trace"
  forget_seen=0
  for forget_name in $NAMES; do
    forget_seen=$((forget_seen + 1))
    [ "$forget_seen" -le "$KEEP_ACTIVATIONS" ] || [ "$forget_name" = "$VERIFIED" ] || [ "$forget_name" = "$ACTIVE" ] ||
      rm -rf "$I/activations/$forget_name"
  done
}

worker_recover() {
  lock_take
  settled_state
}

# The host came up, or the console meets it for the first time: what should run runs afterwards, if it can.
worker_boot() {
  JOURNAL='' CANCELLABLE=no HEALTH_LOG='' HEALTH_COUNT=0 TX=''
  lock_take
  settled_state
  slot_get "$I/power"
  case $SLOT in stopped\ *) exit 0 ;; esac
  slot_set "$I/power" on
  [ -n "$VERIFIED" ] || exit 0
  if ! alive || [ "$OWNER" != "$VERIFIED" ]; then
    restart_verified || exit 0
  fi
  verify_process "$VERIFIED"
  exit 0
}

# POWER is on the disk before the process is ended: "off", or "stopped TX". Something newer may have come while the lock was waited for.
worker_power_off() { # GENERATION POWER
  lock_take
  settled_state
  gate_read
  [ "$1" -ge "$GENERATION" ] || exit "$E_STALE"
  slot_get "$I/power"
  # What was stopped for good stays so.
  case $2:$SLOT in off:stopped\ *) ;; *) slot_set "$I/power" "$2" ;; esac
  durable "$I/power"
  stop_process || exit "$E_INTERNAL"
}
