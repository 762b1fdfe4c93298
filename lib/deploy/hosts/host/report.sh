# ── Answers for the console ────────────────────────────────────────────────────────────────────────────
# Lines of "word rest"; "end" closes an answer, so that one that was cut off is known. Only the last field of a line may hold
# blanks.

report_releases() {
  for report_path in "$ROOT"/releases/*; do
    valid_sha "${report_path##*/}" && printf 'release %s\n' "${report_path##*/}"
  done
}

report_answers() { # ACTIVATION that runs, '' when none does
  [ "$REPORT_CHECK" = yes ] || return 0
  if [ -n "$1" ] && spec_load "$I/activations/$1/spec" && health_ask "$1"; then echo 'answers yes'; else echo 'answers no'; fi
}

# report [TX]: of the instance I; its entry for TX is always in it, and evidence of that one and of the newest three failures.
report() {
  printf 'instance %s\n' "$INSTANCE"
  if [ ! -f "$I/generation" ]; then
    echo 'generation 0'
    return 0
  fi
  gate_read
  printf 'generation %s\n' "$GENERATION"
  journal_state || {
    echo too-new
    return 0
  }
  pointer
  [ -z "$ACTIVE" ] || printf 'active %s\n' "$ACTIVE"
  [ -z "$VERIFIED" ] || printf 'verified %s\n' "$VERIFIED"
  slot_get "$I/restarts"
  case $SLOT in
    0* | '') ;;
    *" $ACTIVE") printf 'restarts %s\n' "${SLOT%% *}" ;;
  esac
  if alive; then
    printf 'process %s %s\n' "$P" "$P_SINCE"
    report_answers "$OWNER"
  elif commands_elsewhere; then
    printf 'process %s %s\nrestarts 1\n' "$STATUS_PID" "$STATUS_SINCE"
    report_answers "$OWNER"
  else
    report_answers ''
  fi
  report_tx=''
  if [ -n "${1:-}" ] && activation_of "$1"; then report_tx=$NAME; fi
  set --
  report_count=0
  for report_name in $NAMES; do
    report_count=$((report_count + 1))
    if [ "$report_count" -le 50 ] || [ "$report_name" = "$ACTIVE" ] || [ "$report_name" = "$VERIFIED" ] || [ "$report_name" = "$report_tx" ]; then
      set -- "./$report_name/journal" "$@"
    fi
  done
  [ $# -gt 0 ] && cd "$I/activations" || return 0
  # What a power cut left without a beginning counts for nothing.
  awk 'FNR == 1 && (begun = /^slipway-journal /) { print "entry " substr(FILENAME, 3, length(FILENAME) - 10) }
    begun && / \.$/ { print "j " $0 }' "$@"
  report_count=0
  for report_name in $NAMES; do
    [ -f "$report_name/evidence" ] || continue
    report_count=$((report_count + 1))
    if [ "$report_count" -le 3 ] || [ "$report_name" = "$report_tx" ]; then
      printf 'evidence %s\n' "$report_name"
      awk '{ print "e " $0 }' "./$report_name/evidence"
    fi
  done
  cd /
}

# An interrupted transaction that nobody holds is recovered in the background; the next answer tells how it ended.
recover_if_dead() {
  [ -f "$I/generation" ] || return 0
  journal_state || return 0
  [ -n "$OPEN" ] && lock_is_free || return 0
  # Its own descriptors: the caller's answer must not stay open as long as this runs.
  launch _recover "$INSTANCE" </dev/null >/dev/null 2>&1 3</dev/null &
}

answer_begin() {
  echo 'slipway-answer 1'
  report_releases
}
