# ── Health, asked on the host itself ───────────────────────────────────────────────────────────────────

# Whether a question by HTTP can be spared: that is a process of some size, a look at the kernel's tables is a small one. Only while
# a process is starting (LOOKS is a number), and every fifth look asks all the same, since a port may be passed on to where the tables
# here do not show it.
nobody_listens() {
  [ -n "${LOOKS:-}" ] || return 1
  LOOKS=$((LOOKS + 1))
  [ $((LOOKS % 5)) -ne 0 ] && ! port_listening "$SP_ADDRESS" "$SP_PORT"
}

# One question; with `twice`, where it is one by HTTP, all that http_ask_twice asks. Sets ANSWER, and AGAIN: the second answer, '' when there
# is none. 0 = ANSWER is a good one.
health_ask() { # ACTIVATION (its spec is loaded) [twice ALSO]
  health_good=1 SERVED='' AGAIN='' AGAIN_AFTER=0 HTTP_BROKE=''
  case $SP_HEALTH in
    http)
      if nobody_listens; then
        ANSWER="connection refused"
      elif http_ask "$SP_PATH" "${2:-}" "${3:-}"; then
        ANSWER="$HTTP_STATUS from $SP_PATH" AGAIN=${HTTP_AGAIN:+"$HTTP_AGAIN from $SP_PATH"}
        [ "$HTTP_STATUS" = "$SP_STATUS" ] && health_good=0
      else
        ANSWER=$HTTP_ERROR
      fi
      ;;
    tcp)
      if port_listening "$SP_ADDRESS" "$SP_PORT"; then
        ANSWER=connected health_good=0
      else
        ANSWER="connection refused"
      fi
      ;;
    command)
      (
        exec </dev/null >/dev/null 2>&1 8>&- 9>&-
        spec_become "$1" health-arg timeout 5
      )
      health_code=$?
      ANSWER="command ended with $health_code"
      [ "$health_code" -eq 0 ] && health_good=0
      ;;
  esac
  return "$health_good"
}

# A look by which a process is verified: 0 = every answer was a good one; otherwise ANSWER is the first that was not.
health_look() { # ACTIVATION ALSO FIRST: when a good answer came, '' when none did; after one, and with nothing else to ask, once is enough
  if [ -n "$2" ] || [ -z "$3" ]; then health_ask "$1" twice "$2"; else health_ask "$1"; fi
  health_good=$?
  health_note "$((1 - health_good))" "$ANSWER" "$AGAIN_AFTER"
  [ -n "$AGAIN" ] || return "$health_good"
  if [ "$HTTP_AGAIN" = "$SP_STATUS" ]; then
    health_note 1 "$AGAIN" 0
  else
    health_note 0 "$AGAIN" 0
    [ "$health_good" -ne 0 ] || health_good=1 ANSWER=$AGAIN
  fi
  return "$health_good"
}

# Answers are kept in HEALTH_LOG, the last ten.
health_note() { # 1 = good | 0, ANSWER, hundredths of a second since it came
  clock
  HEALTH_LOG="$HEALTH_LOG$((MS - $3 * 10)) $1 $2$NL"
  HEALTH_COUNT=$((HEALTH_COUNT + 1))
  [ "$HEALTH_COUNT" -le 10 ] || HEALTH_LOG=${HEALTH_LOG#*"$NL"}
}

# 0 = SERVED tells the version that it should; 1 = another, then SERVED is that one; 2 = no usable answer.
version_right() {
  case $SERVED in
    *'{'*)
      SERVED=$(printf '%s\n' "$SERVED" | tr -d '\000\r\n' | grep -o '"version"[[:space:]]*:[[:space:]]*"[^"]*"' | head -n 1 | sed 's/^.*"\([^"]*\)"$/\1/')
      ;;
    *)
      SERVED=${SERVED#"${SERVED%%[![:space:]]*}"}
      SERVED=${SERVED%"${SERVED##*[![:space:]]}"}
      ;;
  esac
  [ -n "$SERVED" ] || return 2
  [ "$SERVED" = "$SP_VERSION" ]
}

# A word that may stand in a journal entry whatever a service said.
plain() { PLAIN=$(printf '%s' "$1" | tr -c 'A-Za-z0-9._+-' '?' | cut -c1-80); }

fail() {
  FAIL_CODE=$1 FAIL_DETAIL=$2
  return 1
}

exit_wait() { # EXIT: status of the main process, '' when its keeper died with it
  exit_tries=0 EXIT=''
  exit_most=30
  # There a program of its own comes at the end and says so.
  [ "$SP_RUNS" != systemd ] || exit_most=300
  while [ "$exit_tries" -lt "$exit_most" ]; do
    slot_get "$I/exit"
    if [ "${SLOT%% *}" = "${P:-}" ] && [ -n "$SLOT" ]; then
      EXIT=${SLOT#* }
      return 0
    fi
    nap 0.01
    exit_tries=$((exit_tries + 1))
  done
}

program_missing() { # ACTIVATION
  case $SP_PROGRAM in
    /*) [ ! -x "$SP_PROGRAM" ] ;;
    */*) [ ! -x "$I/activations/$1/release/$SP_FOLDER/$SP_PROGRAM" ] ;;
    *) ! command -v "$SP_PROGRAM" >/dev/null ;;
  esac
}

# Verified: two good answers at least 200 ms apart, the same main process before and after, the version that was asked for.
# Questions come quickly at first, so that a service that starts fast costs little more than its start; then they wait a fifth of the
# time that it has had, since where many start on few processors each question delays the answer.
verify_process() { # ACTIVATION (P and P_START name its process)
  spec_load "$I/activations/$1/spec"
  now
  verify_from=$NOW verify_until=$((NOW + SP_DEADLINE_MS / 10)) verify_first='' verify_version=$SP_VERSION_AT LOOKS=0
  while :; do
    if [ "$CANCELLABLE" = yes ] && cancelled; then
      fail cancelled "cancelled while it was being verified"
      return 1
    fi
    if ! still_runs; then
      case $P_START in c*)
        fail exited "its status command does not say any more that it runs"
        return 1
        ;;
      esac
      exit_wait
      if { [ "$EXIT" = 127 ] || [ "$EXIT" = 126 ]; } && program_missing "$1"; then
        fail start_failed "the program is not there or cannot be run"
      else
        fail exited "ended with status ${EXIT:-unknown}"
      fi
      return 1
    fi
    if health_look "$1" "$verify_version" "$verify_first"; then
      LOOKS=''
      now
      verify_now=$NOW
      if [ -n "$verify_version" ]; then
        [ -n "$SERVED" ] || version_ask
        version_right
        case $? in
          0) verify_version='' ;;
          1)
            plain "$SERVED"
            fail wrong_version "it says that it is $PLAIN"
            return 1
            ;;
        esac
      fi
      # What was answered before one that broke off counts for nothing.
      { [ -n "$verify_first" ] && [ -z "$HTTP_BROKE" ]; } || verify_first=$((verify_now - AGAIN_AFTER))
      if [ -z "$verify_version" ] && [ $((verify_now - verify_first)) -gt 20 ]; then
        still_runs && return 0
        continue
      fi
      now
      verify_rest=$((verify_first + 21 - NOW))
      verify_pause=0.1
      [ "$verify_rest" -gt 0 ] && verify_pause=0.$((verify_rest / 10))$((verify_rest % 10))
    else
      verify_first='' LOOKS=${LOOKS:-0}
      now
      verify_rest=$(((NOW - verify_from) / 5))
      [ "$verify_rest" -le 20 ] || verify_rest=20
      [ "$verify_rest" -ge 3 ] || verify_rest=3
      verify_pause=0.$((verify_rest / 10))$((verify_rest % 10))
    fi
    if [ "$NOW" -ge "$verify_until" ]; then
      if [ -n "$verify_version" ] && [ -n "$verify_first" ]; then
        fail wrong_version "it does not tell its version"
      else
        fail unhealthy "last answer: $(printf '%s' "$ANSWER" | tr -c 'A-Za-z0-9._/ +-' '?' | cut -c1-120)"
      fi
      return 1
    fi
    nap "$verify_pause"
  done
}
