# ── Commands ───────────────────────────────────────────────────────────────────────────────────────────

tools_or_refuse() {
  need_tools tar gzip flock setsid awk readlink && return 0
  printf 'slipway-answer 1\nrefused host_tool_missing\nend\n'
  exit 0
}

stale_answer() {
  gate_read
  printf 'slipway-answer 1\nstale %s\nend\n' "$GENERATION"
  exit 0
}

refused_answer() { # CODE
  answer_begin
  printf 'refused %s\n' "$1"
  report
  echo end
  exit 0
}

instance_or_refuse() {
  instance_make 2>/dev/null && true 2>/dev/null >>"$I/gate" && return 0
  room_or_rights
  printf 'slipway-answer 1\nrefused %s\nend\n' "$UNWRITABLE"
  exit 0
}

# activate INSTANCE TX GENERATION MODE SHA256 REVISION VERSION FORCE EXPECT_SHA256 EXPECT_REVISION < spec
command_activate() {
  [ $# -eq 10 ] || usage_error "activate takes ten arguments"
  if ! { valid_name "$2" && valid_number "$3" && valid_sha "$5" && valid_number "$6" && valid_name "v$7"; }; then
    usage_error "activate: an argument is malformed"
  fi
  case $4 in deployment | rollback | hand) ;; *) usage_error "activate: mode $4" ;; esac
  tools_or_refuse
  instance_at "$1"
  instance_or_refuse
  journal_state || refused_answer journal_too_new
  # A known key is answered whatever the generation: it changes nothing.
  activation_of "$2" || gate_raise "$3" || stale_answer
  activate_tx=$2 activate_tries=0
  while :; do
    if activation_of "$activate_tx"; then
      journal_read "$NAME"
      [ -z "$J_END" ] || break
      if [ "$activate_tries" -ge 3 ]; then
        break
      elif lock_is_free; then
        activate_tries=$((activate_tries + 1))
        launch _recover "$INSTANCE"
      else
        nap 0.05
      fi
    else
      TELL=yes
      launch _activate "$@"
      TELL=''
      case $RC in
        0) ;;
        "$E_STALE") stale_answer ;;
        1[0-9] | 2[01]) refusal "$RC"; refused_answer "$REFUSAL" ;;
        *)
          # Killed: a program that it had started may still be naming the change, and holds the lock until it has.
          activate_waits=0
          until lock_is_free || [ "$activate_waits" -ge 100 ]; do
            nap 0.05
            activate_waits=$((activate_waits + 1))
          done
          activation_of "$activate_tx" || refused_answer internal
          ;;
      esac
    fi
  done
  answer_begin
  report "$activate_tx"
  echo end
}

# fence INSTANCE GENERATION CANCEL [SHA256 REVISION]     CANCEL: leave | always | unless; where no change is under way, it tells whether
# the instance answers, too
command_fence() {
  instance_at "$1"
  valid_number "$2" || usage_error "fence: generation $2"
  tools_or_refuse
  instance_or_refuse
  journal_state || refused_answer journal_too_new
  fence_cancel=''
  if [ -n "$OPEN" ] && journal_read "$OPEN"; then
    case $3 in
      always) fence_cancel=$J_TX ;;
      unless) [ "$J_SHA $J_REVISION" = "$4 $5" ] || fence_cancel=$J_TX ;;
    esac
  fi
  gate_raise "$2" "$fence_cancel" || stale_answer
  # One that began between the look and the raise carries a generation that is lower now: look again.
  fence_seen=$OPEN
  journal_state
  if [ -n "$OPEN" ] && [ "$OPEN" != "$fence_seen" ]; then
    command_fence "$@"
    return
  fi
  recover_if_dead
  [ -n "$OPEN" ] || REPORT_CHECK=yes
  answer_begin
  report
  echo end
}

# inspect CHECK INSTANCE…
command_inspect() {
  REPORT_CHECK=$1
  shift
  answer_begin
  for inspect_name; do
    instance_at "$inspect_name"
    recover_if_dead
    report
  done
  echo end
}

# boot INSTANCE…: side by side, each in a worker of its own
command_boot() {
  tools_or_refuse
  for boot_name; do
    instance_at "$boot_name"
    [ -f "$I/generation" ] && launch _boot "$boot_name" &
  done
  wait
  answer_begin
  for boot_name; do
    instance_at "$boot_name"
    report
  done
  echo end
}

# power-off INSTANCE GENERATION: a transaction under way is cancelled, so that nobody waits for its deadline
command_power_off() {
  instance_at "$1"
  valid_number "$2" || usage_error "power-off: generation $2"
  tools_or_refuse
  instance_or_refuse
  journal_state || refused_answer journal_too_new
  power_down "$2" _power-off "$INSTANCE" "$2"
}

# stop INSTANCE TX GENERATION: off for good, a boot leaves it off; TX names the decision. Twice is free.
command_stop() {
  [ $# -eq 3 ] || usage_error "stop takes three arguments"
  instance_at "$1"
  if ! { valid_name "$2" && valid_number "$3"; }; then usage_error "stop: an argument is malformed"; fi
  tools_or_refuse
  instance_or_refuse
  journal_state || refused_answer journal_too_new
  power_down "$3" _stop "$INSTANCE" "$3" "$2"
}

power_down() { # GENERATION WORKER ARGUMENT…
  down_cancel=''
  if [ -n "$OPEN" ] && journal_read "$OPEN"; then down_cancel=$J_TX; fi
  gate_raise "$1" "$down_cancel" || stale_answer
  shift
  launch "$@"
  case $RC in
    0) ;;
    "$E_STALE") stale_answer ;;
    *) refused_answer internal ;;
  esac
  answer_begin
  report
  echo end
}
