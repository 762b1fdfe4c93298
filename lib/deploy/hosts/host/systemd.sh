# ── systemd: one unit an instance ──────────────────────────────────────────────────────────────────────
# The unit is written from the spec at each start and removed at each stop, in /run: after a reboot nothing is started before `boot`
# has settled what is current. Whether it may start is asked each time by its ExecStartPre: the start of a transaction has its permit
# in a slot; any other, a restart by systemd or by hand, is let through only outside of transactions, for what is current and verified.
# What it starts is this program, as the service's user, which reads the spec from a copy that only that user may read and becomes the
# service: no value of the settings is ever written into a unit or an argument.

UNITS=/run/systemd/system
UNIT_SPECS=/run/slipway

unit_names() {
  UNIT=slipway-$INSTANCE.service UNIT_SPEC=$UNIT_SPECS/$INSTANCE.spec
}

# The unit there is this folder's.
unit_known() {
  unit_names
  [ -f "$UNITS/$UNIT" ] || return 1
  read -r unit_first <"$UNITS/$UNIT"
  [ "$unit_first" = "# Slipway: $ROOT" ]
}

# A path as one word of a unit file. 1 = it cannot be one.
unit_path() {
  case $1 in *[[:cntrl:]]*) return 1 ;; esac
  WORD=$(printf '%s\n' "$1" | sed 's/[\\"]/\\&/g; s/%/%%/g')
  WORD="\"$WORD\""
}

# CALL: this program, CALL_FOR: what it is told behind the name of a worker, as they stand in a line that starts something; a $ is
# special there, too.
unit_call() { # INSTANCE ACTIVATION
  CALL='' CALL_FOR=''
  for call_word in "$SH" "$(readlink -f "$SELF")" --root "$ROOT"; do
    unit_path "$call_word" || return 1
    CALL="$CALL${CALL:+ }$WORD"
  done
  for call_word; do
    unit_path "$call_word" || return 1
    CALL_FOR="$CALL_FOR${CALL_FOR:+ }$WORD"
  done
  CALL=$(printf '%s\n' "$CALL" | sed 's/\$/$$/g')
}

# Only what a service that keeps its files to itself can do without.
unit_hardening() {
  cat <<'END'
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
END
  # What lies there would not be seen in a folder for temporary files of its own.
  case $ROOT in /tmp/* | /var/tmp/*) ;; *) echo PrivateTmp=yes ;; esac
  while IFS=' ' read -r spec_key spec_value; do
    [ "$spec_key" = writable ] || continue
    decode "$spec_value"
    unit_path "$DECODED" || return 1
    printf 'ReadWritePaths=%s\n' "$WORD"
  done <"$1"
}

unit_text() { # ACTIVATION (its spec is loaded)
  # It bounds the last words of the unit as well; a transaction kills after a shorter grace by itself.
  unit_grace=$SP_GRACE_MS
  [ "$unit_grace" -ge 10000 ] || unit_grace=10000
  printf '# Slipway: %s\n' "$ROOT"
  cat <<END
# Written at each start and removed at each stop; additions belong into $UNIT.d/*.conf.
[Unit]
Description=$INSTANCE, kept running by Slipway
After=network.target
StartLimitIntervalSec=0

[Service]
Type=exec
SyslogIdentifier=$INSTANCE
UMask=0022
Restart=on-failure
RestartSec=1
TimeoutStartSec=180
TimeoutStopSec=${unit_grace}ms
KillSignal=SIG$SP_STOP
END
  unit_user=${SP_USER:-$(id -un)}
  [ "$unit_user" = root ] || printf 'User=%s\n' "$unit_user"
  unit_call "$INSTANCE" "$1" || return 1
  # With +: as root, outside of what the service may see and do.
  printf 'ExecStartPre=+%s\nExecStart=%s\nExecStartPost=+%s\nExecStopPost=+%s\n' \
    "$CALL _unit-begin $CALL_FOR" "$CALL _unit-exec $CALL_FOR" "$CALL _unit-runs $CALL_FOR" "$CALL _unit-ended $CALL_FOR"
  [ -z "$SP_FILES" ] || printf 'LimitNOFILE=%s\n' "$SP_FILES"
  [ -z "$SP_MEMORY_MB" ] || printf 'MemoryMax=%sM\n' "$SP_MEMORY_MB"
  [ -z "$SP_CPU" ] || printf 'CPUQuota=%s%%\n' "$SP_CPU"
  [ "$SP_HARDENED" = no ] || unit_hardening "$I/activations/$1/spec"
}

# Once a folder: after a reboot, what should run is settled and started by `boot`.
boot_unit_write() {
  boot_unit=slipway-boot-$(printf '%s' "$ROOT" | cksum | cut -d ' ' -f 1).service
  unit_call || return 1
  boot_text="[Unit]
Description=What should run in its folder, by Slipway
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
KillMode=process
User=$(id -un)
ExecStart=$CALL boot

[Install]
WantedBy=multi-user.target"
  [ "$(cat "/etc/systemd/system/$boot_unit" 2>/dev/null)" != "$boot_text" ] || return 0
  printf '%s\n' "$boot_text" | as_root tee "/etc/systemd/system/$boot_unit" >/dev/null && as_root systemctl --quiet enable "$boot_unit"
}

unit_write() { # ACTIVATION (its spec is loaded)
  if [ -f "$UNITS/$UNIT" ] && ! unit_known; then
    complain "$UNIT is that of another folder"
    return 1
  fi
  boot_unit_write || return 1
  unit_text=$(unit_text "$1") || return 1
  as_root mkdir -p "$UNITS" "$UNIT_SPECS" &&
    as_root install -m 0400 -o "$unit_owner" "$I/activations/$1/spec" "$UNIT_SPEC" &&
    printf '%s\n' "$unit_text" | as_root tee "$UNITS/$UNIT" >/dev/null &&
    as_root systemctl daemon-reload
}

# Its process is in the slot `pid`, written by the unit itself, when this comes back with 0; it may have ended since.
unit_start() { # ACTIVATION (its spec is loaded)
  unit_names
  unit_owner=${SP_USER:-$(id -un)}
  unit_write "$1" || return 1
  slot_set "$I/permit" "$1" || return 1
  as_root systemctl reset-failed "$UNIT" 2>/dev/null
  as_root systemctl start "$UNIT" || unit_comes_to_rest
  slot_set "$I/permit" ''
  alive || [ -n "$SLOT" ]
}

# What ended at once is told in the slot by the last thing that the unit does.
unit_comes_to_rest() {
  rest_tries=0
  while [ "$rest_tries" -lt 200 ]; do
    case $(as_root systemctl show --property=SubState --value "$UNIT") in auto-restart | dead | failed) return ;; esac
    nap 0.02
    rest_tries=$((rest_tries + 1))
  done
}

# 0 = there is none, or it has been stopped; 1 = it cannot be.
unit_stop() {
  unit_known || return 0
  slot_set "$I/permit" ''
  as_root systemctl stop --no-block "$UNIT"
  if alive && spec_load "$I/activations/$OWNER/spec"; then
    now
    unit_until=$((NOW + SP_GRACE_MS / 10))
    while still_runs; do
      now
      if [ "$NOW" -ge "$unit_until" ]; then
        as_root systemctl kill --signal=KILL "$UNIT"
        break
      fi
      nap 0.02
    done
  fi
  as_root systemctl stop "$UNIT"
  case $(as_root systemctl show --property=ActiveState --value "$UNIT") in
    inactive | failed) ;;
    *) return 1 ;;
  esac
  as_root rm -f "$UNITS/$UNIT" "$UNIT_SPEC"
}

# Last lines that the service printed since its last start, where systemd keeps them.
unit_log() {
  unit_names
  slot_get "$I/invocation"
  [ -n "$SLOT" ] || return 0
  as_root journalctl --sync 2>/dev/null
  as_root journalctl --quiet --output=cat --lines=40 "_SYSTEMD_INVOCATION_ID=$SLOT"
}

# ── What the unit calls ────────────────────────────────────────────────────────────────────────────────

unit_may() { # ACTIVATION: outside of transactions, what is current and verified
  (
    exec 9>>"$I/lock"
    flock -n 9 || exit 1
    slot_get "$I/power"
    [ "$SLOT" = on ] || exit 1
    journal_state || exit 1
    pointer
    [ "$OPEN $ACTIVE $VERIFIED" = " $1 $1" ]
  )
}

# _unit-begin INSTANCE ACTIVATION, as root: 1 = it may not start now. systemd tries again a second later.
worker_unit_begin() {
  slot_get "$I/permit"
  if [ "$SLOT" = "$1" ]; then
    slot_set "$I/permit" ''
  else
    unit_may "$1" || exit 1
    alive
    clock
    slot_get "$I/restarts"
    begin_count=0 begin_quick=0
    case $SLOT in *" $1") begin_count=${SLOT%% *} begin_quick=${SLOT#* } begin_quick=${begin_quick%% *} ;; esac
    valid_number "$begin_quick" && [ $((MS - P_SINCE)) -lt 60000 ] || begin_quick=0
    # systemd has waited a second: one more, three, seven; a minute at most.
    begin_pause=$(((1 << begin_quick) - 1))
    [ "$begin_pause" -eq 0 ] || nap "$begin_pause"
    unit_may "$1" || exit 1
    [ "$begin_quick" -ge 6 ] || begin_quick=$((begin_quick + 1))
    slot_set "$I/restarts" "$((begin_count + 1)) $begin_quick $1"
  fi
  slot_set "$I/invocation" "${INVOCATION_ID:-}"
}

# _unit-exec INSTANCE ACTIVATION, as the service's user: becomes the service
worker_unit_exec() {
  unit_names
  spec_load "$UNIT_SPEC" || exit 127
  cd -P "$I/activations/$1/release/$SP_FOLDER" || exit 127
  spec_exec "$UNIT_SPEC" start
}

# _unit-runs INSTANCE ACTIVATION, as root, with MAINPID
worker_unit_runs() {
  # One that has ended already is told by what comes at its end.
  proc_start "$MAINPID" || exit 0
  clock
  slot_set "$I/pid" "$MAINPID $PROC_START $BOOT $MS $1"
}

# _unit-ended INSTANCE ACTIVATION, as root, with EXIT_CODE and EXIT_STATUS; also of a start that was refused
worker_unit_ended() {
  slot_get "$I/invocation"
  [ -n "$SLOT" ] && [ "$SLOT" = "${INVOCATION_ID:-}" ] && [ -n "${EXIT_STATUS:-}" ] || exit 0
  unit_names
  slot_get "$I/pid"
  ended_pid=${SLOT%% *}
  if [ -z "$ended_pid" ]; then
    ended_pid=$(systemctl show --property=ExecMainPID --value "$UNIT")
    valid_number "$ended_pid" && [ "$ended_pid" -gt 0 ] || exit 0
    clock
    slot_set "$I/pid" "$ended_pid 0 $BOOT $MS $1"
  fi
  case $EXIT_CODE:$EXIT_STATUS in
    exited:*) ended_status=$EXIT_STATUS ;;
    *:HUP) ended_status=129 ;;
    *:INT) ended_status=130 ;;
    *:QUIT) ended_status=131 ;;
    *:ILL) ended_status=132 ;;
    *:ABRT) ended_status=134 ;;
    *:BUS) ended_status=135 ;;
    *:FPE) ended_status=136 ;;
    *:KILL) ended_status=137 ;;
    *:USR1) ended_status=138 ;;
    *:SEGV) ended_status=139 ;;
    *:USR2) ended_status=140 ;;
    *:PIPE) ended_status=141 ;;
    *:ALRM) ended_status=142 ;;
    *:TERM) ended_status=143 ;;
    *) exit 0 ;;
  esac
  slot_set "$I/exit" "$ended_pid $ended_status"
}
