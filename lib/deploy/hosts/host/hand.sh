# ── By hand, for a person on the host when the console is down ─────────────────────────────────────────

hand_help() {
  cat <<END
host.sh: what a release console does on this host, for your own hands.

  host.sh list                          the instances of this host
  host.sh list INSTANCE                 what runs, and which versions ran before, newest first
  host.sh rollback INSTANCE             go back to the version that was verified before the one that runs
  host.sh rollback INSTANCE VERSION     go back to that version
  host.sh boot                          start what should run and does not, after a restart of the machine

Names and versions are written as "list" shows them. The console finds out by itself and records it as changed by hand.
END
}

hand_list_all() {
  for hand_path in "$ROOT"/instances/*; do
    [ -f "$hand_path/generation" ] && printf '%s\n' "${hand_path##*/}"
  done
}

hand_known() {
  instance_at "$1"
  [ -f "$I/generation" ] || { complain "there is no instance $1 here"; exit 1; }
  journal_state || { complain "the journal was written by a newer version of this program"; exit 1; }
}

hand_list() {
  hand_known "$1"
  pointer
  if alive; then
    journal_read "$OWNER"
    hand_process=" as process $P"
    # Commands of its own run it, and tell no process.
    [ "$P" != 0 ] || hand_process=''
    printf '%s runs %s (settings %s)%s.\n' "$1" "$J_VERSION" "$J_REVISION" "$hand_process"
  else
    slot_get "$I/power"
    case $SLOT in
      stopped\ *) printf '%s does not run: it was stopped by %s.\n' "$1" "${SLOT#* }" ;;
      *) printf '%s does not run.\n' "$1" ;;
    esac
  fi
  [ -z "$OPEN" ] || printf 'A change is under way or was interrupted: %s\n' "$OPEN"
  for hand_name in $NAMES; do
    journal_read "$hand_name" || continue
    hand_mark=' '
    [ "$hand_name" != "$VERIFIED" ] || hand_mark='*'
    hand_kept=''
    [ -d "$ROOT/releases/$J_SHA" ] || hand_kept=', no longer on this host'
    case ${J_END:-open} in
      done) hand_end="verified" ;;
      unchanged) hand_end="ran already" ;;
      reverted) hand_end="failed, was put back" ;;
      down) hand_end="failed, nothing was left running" ;;
      *) hand_end="not ended" ;;
    esac
    printf '%s %s  settings %s  %s: %s%s\n' "$hand_mark" "$J_VERSION" "$J_REVISION" "$J_MODE" "$hand_end" "$hand_kept"
  done
}

hand_rollback() { # INSTANCE [VERSION]
  hand_known "$1"
  hand_now='' hand_target='' hand_left=' ' hand_stopped=''
  if [ -n "$VERIFIED" ] && journal_read "$VERIFIED"; then hand_now="$J_SHA $J_REVISION"; fi
  for hand_name in $NAMES; do
    journal_read "$hand_name" || continue
    [ "$J_END" = "done" ] || continue
    # Whoever found nothing to go back to has left what was stopped for good before it.
    [ -z "$hand_stopped" ] || hand_left="$hand_left$hand_name "
    hand_stopped=''
    case $J_MODE:$J_BEFORE in
      rollback:- | hand:-) hand_stopped=yes ;;
      rollback:* | hand:*) hand_left="$hand_left$J_BEFORE " ;;
    esac
    [ -d "$ROOT/releases/$J_SHA" ] || continue
    if [ -n "${2:-}" ]; then
      [ "$J_VERSION" = "$2" ] || continue
    else
      # What a rollback left is not gone back to, unless it is named.
      case $hand_left in *" $hand_name "*) continue ;; esac
      [ "$J_SHA $J_REVISION" != "$hand_now" ] || continue
    fi
    hand_target=$hand_name
    break
  done
  if [ -z "$hand_target" ]; then
    complain "no ${hand_now:+earlier }verified version${2:+ $2} of $1 is still on this host"
    exit 1
  fi
  hand_version=$J_VERSION hand_sha=$J_SHA hand_revision=$J_REVISION
  gate_read
  clock
  hand_tx=hand-$MS-$$
  exec 3<"$I/activations/$hand_target/spec"
  launch _activate "$1" "$hand_tx" "$GENERATION" hand "$hand_sha" "$hand_revision" "$hand_version" yes - -
  activation_of "$hand_tx" || { refusal "$RC"; complain "nothing was changed: $REFUSAL"; exit 1; }
  journal_read "$NAME"
  case $J_END in
    done) printf '%s now runs %s (settings %s).\n' "$1" "$hand_version" "$hand_revision" ;;
    reverted) complain "$hand_version did not come up; what ran before runs again. See $I/log"; exit 1 ;;
    down) complain "$hand_version did not come up, and nothing runs now. See $I/log"; exit 1 ;;
    *) complain "the change was interrupted; run the same command again"; exit 1 ;;
  esac
}
