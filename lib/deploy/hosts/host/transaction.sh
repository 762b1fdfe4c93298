# ── One transaction, forward and back ──────────────────────────────────────────────────────────────────
# Runs under the instance's lock with A (activation), TX, MODE, VERIFIED (the one to go back to, or '') and descriptor 8 set.
# CANCELLABLE is "yes" until the change is settled or goes back; FAIL_CODE and FAIL_DETAIL say why it does not go on.

entry() { # an entry on the way forward: not written when the transaction has been cancelled
  if [ "$CANCELLABLE" = yes ] && cancelled; then
    fail cancelled "cancelled before $1"
    return 1
  fi
  journal_write "$@"
}

# → hook_why: why it is not good, '' when it is
hook() { # KEY ACTIVATION (its spec is loaded)
  commands_do "$2" "$1" "$((HOOK_LIMIT_S * 100))"
  hook_why=''
  case $COMMAND_CUT in
    late) hook_why="took longer than $HOOK_LIMIT_S s" ;;
    cancelled) hook_why=cancelled ;;
    *) [ "$COMMAND_CODE" -eq 0 ] || hook_why="ended with status $COMMAND_CODE" ;;
  esac
  [ -z "$hook_why" ]
}

go_forward() {
  if alive; then
    spec_load "$I/activations/$OWNER/spec"
    if [ -n "$SP_PRE_STOP" ]; then
      entry pre_stop || return 1
      # A way back is not barred by a hook of the version that is to leave.
      if ! hook pre-stop "$OWNER" && { [ "$MODE" = deployment ] || [ "$hook_why" = cancelled ]; }; then
        if [ "$hook_why" = cancelled ]; then fail cancelled "cancelled in the pre-stop hook"; else fail pre_stop_failed "the hook $hook_why"; fi
        return 1
      fi
    fi
  fi
  entry stop || return 1
  stop_process || {
    fail internal "the running process cannot be killed"
    return 1
  }
  spec_load "$I/activations/$A/spec"
  port_closes 300 || {
    fail port_in_use "something else listens on port $SP_PORT"
    return 1
  }
  entry switch || return 1
  switch_to "$A" .next || {
    fail internal "current could not be switched"
    return 1
  }
  start_forward
}

start_forward() {
  log_prepare
  entry start "$LOG_AT" || return 1
  start_process "$A" || {
    fail start_failed "${START_WHY:-the program could not be started}"
    return 1
  }
  verify_forward
}

verify_forward() {
  entry verify || return 1
  tell_verifying
  verify_process "$A" || return 1
  if [ -n "$SP_POST_START" ]; then
    entry post_start || return 1
    hook post-start "$A" || {
      if [ "$hook_why" = cancelled ]; then fail cancelled "cancelled in the post-start hook"; else fail post_start_failed "the hook $hook_why"; fi
      return 1
    }
    still_runs || {
      exit_wait
      fail exited "ended with status ${EXIT:-unknown} after the post-start hook"
      return 1
    }
  fi
  entry "done"
}

evidence_save() { # best effort: a full disk may cost the evidence, never the outcome
  [ -f "$I/activations/$A/evidence" ] && return 0
  journal_read "$A"
  {
    slot_get "$I/exit"
    [ -z "$J_LOG" ] || [ -z "$SLOT" ] || printf 'exit %s\n' "${SLOT#* }"
    printf '%s' "$HEALTH_LOG" | sed 's/^/health /'
    if [ -n "$J_LOG" ] && spec_load "$I/activations/$A/spec" && [ "$SP_RUNS" = systemd ]; then
      unit_log | cut -c1-500 | tr -d '\000\r' | sed 's/^/log /'
    elif [ -n "$J_LOG" ]; then
      tail -c "+$((J_LOG + 1))" "$I/log" | tail -n 40 | cut -c1-500 | tr -d '\000\r' | sed 's/^/log /'
    fi
  } >"$I/activations/$A/evidence.part" 2>/dev/null 8>&- 9>&- &&
    mv -f "$I/activations/$A/evidence.part" "$I/activations/$A/evidence"
}

settle() { # WORD: the end record of a change that did not verify
  journal_write "$1" "$END_CODE $END_DETAIL"
}

# Back to the version that was verified last, wherever `active` points. May be killed anywhere and begun again.
put_back() {
  CANCELLABLE=no
  END_CODE=$FAIL_CODE END_DETAIL=$FAIL_DETAIL
  journal_read "$A"
  if [ -z "$J_REVERTING" ]; then
    evidence_save
    journal_write reverting "$END_CODE $END_DETAIL"
  fi
  HEALTH_LOG='' HEALTH_COUNT=0
  if [ -z "$VERIFIED" ]; then
    stop_process
    END_DETAIL="$END_DETAIL; there is no earlier version"
    settle down
    return
  fi
  put_back_tries=0
  while :; do
    if ! alive || [ "$OWNER" != "$VERIFIED" ] || [ -n "$J_STOPPING" ]; then
      restart_verified || {
        END_DETAIL="$END_DETAIL; the earlier version: $FAIL_CODE, $FAIL_DETAIL"
        settle down
        return
      }
    fi
    J_STOPPING=''
    if verify_process "$VERIFIED"; then
      break
    fi
    put_back_tries=$((put_back_tries + 1))
    if [ "$put_back_tries" -ge 2 ] || alive; then
      END_DETAIL="$END_DETAIL; the earlier version: $FAIL_CODE, $FAIL_DETAIL"
      settle down
      return
    fi
    nap 0.5
  done
  if [ -n "$SP_POST_START" ]; then
    hook post-start "$VERIFIED" || END_DETAIL="$END_DETAIL; the earlier version's post-start $hook_why"
  fi
  settle reverted
}

restart_verified() {
  stop_process || {
    fail internal "the process cannot be killed"
    return 1
  }
  pointer
  [ "$ACTIVE" = "$VERIFIED" ] || switch_to "$VERIFIED" .back || {
    fail internal "current could not be switched back"
    return 1
  }
  spec_load "$I/activations/$VERIFIED/spec"
  port_closes 500 || {
    fail port_in_use "something else listens on port $SP_PORT"
    return 1
  }
  [ -z "${JOURNAL:-}" ] || journal_write revert_start
  log_prepare
  start_process "$VERIFIED" || {
    fail start_failed "${START_WHY:-the program could not be started}"
    return 1
  }
}

# The lock was free and OPEN has no end: whoever wrote it is dead. Before the switch the old version is started, where there is one;
# after it a deployment goes back and a rollback goes on. Without an earlier version there is nowhere to go back to, so it goes on too.
recover_open() {
  A=$OPEN
  journal_open "$A" || return 1
  TX=$J_TX MODE=$J_MODE CANCELLABLE=no HEALTH_LOG='' HEALTH_COUNT=0
  recover_phase=$J_PHASE
  journal_write recover
  pointer
  if [ -n "$J_REVERTING" ]; then
    fail "${J_REASON%% *}" "${J_REASON#* }"
    put_back
  elif [ "$ACTIVE" != "$A" ] || { [ "$MODE" = deployment ] && [ -n "$VERIFIED" ]; }; then
    fail internal "interrupted at $recover_phase"
    put_back
  else
    CANCELLABLE=yes
    recover_forward || put_back
  fi
  exec 8>&-
  JOURNAL=''
}

recover_forward() {
  if alive && [ "$OWNER" = "$A" ]; then
    spec_load "$I/activations/$A/spec"
    verify_forward
  else
    stop_process
    spec_load "$I/activations/$A/spec"
    port_closes 300 || {
      fail port_in_use "something else listens on port $SP_PORT"
      return 1
    }
    start_forward
  fi
}
