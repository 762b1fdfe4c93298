# ── Health, asked on the host itself ───────────────────────────────────────────────────────────────────

health_host() {
  case $SP_ADDRESS in
    0.0.0.0) HEALTH_HOST=127.0.0.1 ;;
    *:*) HEALTH_HOST="[$SP_ADDRESS]" ;;
    *) HEALTH_HOST=$SP_ADDRESS ;;
  esac
}

http_ask() { # PATH [twice ALSO] → HTTP_STATUS, or HTTP_ERROR when nothing came back; SERVED and HTTP_AGAIN: see http_ask_twice
  health_host
  HTTP_STATUS='' HTTP_ERROR='' SERVED='' HTTP_AGAIN='' AGAIN_AFTER=0 HTTP_BROKE=''
  if [ -n "${2:-}" ] && http_ask_twice "$1" "$3"; then
    [ -n "$HTTP_STATUS" ]
    return
  fi
  if command -v curl >/dev/null; then
    HTTP_STATUS=$(curl -q -g -s -o /dev/null -m 2 --noproxy '*' -w '%{http_code}' "http://$HEALTH_HOST:$SP_PORT$1" 8>&- 9>&-)
    case $? in
      0) return 0 ;;
      7) HTTP_ERROR="connection refused" ;;
      28) HTTP_ERROR="timeout" ;;
      *) HTTP_ERROR="no answer" ;;
    esac
  elif command -v wget >/dev/null; then
    HTTP_STATUS=$(timeout 2 wget -q -S -O /dev/null "http://$HEALTH_HOST:$SP_PORT$1" 2>&1 8>&- 9>&- | sed -n 's/^ *HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' | tail -n 1)
    [ -n "$HTTP_STATUS" ] && return 0
    HTTP_ERROR="no answer"
  else
    HTTP_ERROR="the host has neither curl nor wget"
  fi
  return 1
}

# All that verifying asks by one process, since to start it costs more than to ask: PATH, then ALSO unless it is '' (SERVED: what that
# says), then PATH again. HTTP_AGAIN: the status of the second answer, AGAIN_AFTER: hundredths of a second that passed at least since the
# first. Each question has a connection of its own. An older curl cannot keep a pace: it asks once. 1 = PATH is to be asked alone: no curl
# here can do more than that, or an answer broke off (HTTP_BROKE: yes) and it is not known which.
http_ask_twice() { # PATH ALSO
  command -v curl >/dev/null || return 1
  twice_path=$1 twice_also=$2 twice_url=http://$HEALTH_HOST:$SP_PORT$1 twice_early='' twice_pace=270/m
  # An answer that is none of the good ones ends it at once.
  case $SP_STATUS in [123]??) twice_early=-f ;; esac
  if [ -n "$2" ]; then
    twice_pace=9/s
    set -- --next -g -s -f -m 2 --noproxy '*' -H 'Connection: close' "http://$HEALTH_HOST:$SP_PORT$2"
  elif [ -n "${CURL_KEEPS_NO_PACE:-}" ]; then
    return 1
  else
    set --
  fi
  if [ -z "${CURL_KEEPS_NO_PACE:-}" ]; then
    set -- "$@" --next -g -s -o /dev/null -m 2 --noproxy '*' -H 'Connection: close' -w '\n%{http_code} %{time_total}\n' "$twice_url"
  else
    twice_pace=''
  fi
  twice_said=$({
    # shellcheck disable=SC2086 # two words or none
    curl -q -g -s $twice_early --fail-early ${twice_pace:+--rate $twice_pace} -o /dev/null -m 2 --noproxy '*' -H 'Connection: close' \
      -w '%{http_code} %{time_total}\n' "$twice_url" "$@" 2>/dev/null 8>&- 9>&-
    printf '\n%s' "$?"
  } | head -c 65536)
  twice_ended='' twice_first=${twice_said%%"$NL"*}
  # Of a longer answer its end is cut off, and to look for its last line would take the shell seconds.
  case $twice_said in *"$NL"[0-9] | *"$NL"[0-9][0-9] | *"$NL"[0-9][0-9][0-9]) twice_ended=${twice_said##*"$NL"} ;; esac
  twice_said=${twice_said#*"$NL"}
  HTTP_STATUS=${twice_first%% *}
  case $HTTP_STATUS in
    [1-9][0-9][0-9])
      # Only when all of it went well is it known which line is whose. 22: all that was asked came, the last with a status that ends it.
      case $twice_ended in
        0) ;;
        22) return 0 ;;
        *)
          HTTP_BROKE=yes
          return 1
          ;;
      esac
      SERVED=${twice_said%"$NL"*}
      if [ -n "$twice_pace" ]; then
        SERVED=${SERVED%"$NL"}
        again_after "${SERVED##*"$NL"}"
        SERVED=${SERVED%"$NL"*}
      fi
      return 0
      ;;
  esac
  HTTP_STATUS=''
  case $twice_ended in
    2)
      [ -n "$twice_pace" ] || return 1
      CURL_KEEPS_NO_PACE=yes
      http_ask "$twice_path" twice "$twice_also"
      return 0
      ;;
    7) HTTP_ERROR="connection refused" ;;
    28) HTTP_ERROR="timeout" ;;
    *) HTTP_ERROR="no answer" ;;
  esac
}

# The second question began 222 ms after the first, but not before the first was answered, and each answer took its time. One more, since
# who compares reads a clock of hundredths.
again_after() { # "STATUS SECONDS"
  micros "${twice_first#* }" || return 0
  again_began=$((222000 - MICROS))
  [ "$again_began" -ge 0 ] || again_began=0
  micros "${1#* }" || return 0
  HTTP_AGAIN=${1%% *} AGAIN_AFTER=$(((again_began + MICROS) / 10000 + 1))
}

micros() { # "0.001234" → MICROS
  case ${1#*.} in [0-9][0-9][0-9][0-9][0-9][0-9]) ;; *) return 1 ;; esac
  valid_number "${1%.*}" || return 1
  MICROS=$((${1%.*} * 1000000 + 1${1#*.} - 1000000))
}

# Whether a question by HTTP can be spared: that is a process of some size, a look at the kernel's tables is a small one. Only while
# a process is starting (LOOKS is a number), and every fifth look asks all the same, since a port may be passed on to where the tables
# here do not show it.
nobody_listens() {
  [ -n "${LOOKS:-}" ] || return 1
  LOOKS=$((LOOKS + 1))
  [ $((LOOKS % 5)) -ne 0 ] && ! port_listening "$SP_ADDRESS" "$SP_PORT"
}

# One question. Sets ANSWER; where it is one by HTTP and asked twice, AGAIN too: the second answer, see http_ask_twice.
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

# A question by which a process is verified. Answers are kept in HEALTH_LOG, the last ten.
health_look() { # ACTIVATION ALSO
  health_ask "$1" twice "$2"
  health_good=$?
  health_note "$((1 - health_good))" "$ANSWER"
  [ -n "$AGAIN" ] || return "$health_good"
  if [ "$HTTP_AGAIN" = "$SP_STATUS" ]; then
    health_note 1 "$AGAIN"
  else
    health_note 0 "$AGAIN"
    [ "$health_good" -ne 0 ] || health_good=1 ANSWER=$AGAIN
  fi
  return "$health_good"
}

health_note() { # 1 | 0, ANSWER
  clock
  HEALTH_LOG="$HEALTH_LOG$MS $1 $2$NL"
  HEALTH_COUNT=$((HEALTH_COUNT + 1))
  [ "$HEALTH_COUNT" -le 10 ] || HEALTH_LOG=${HEALTH_LOG#*"$NL"}
}

version_ask() { # → SERVED: what it said
  health_host
  version_url="http://$HEALTH_HOST:$SP_PORT$SP_VERSION_AT"
  if command -v curl >/dev/null; then
    SERVED=$(curl -q -g -s -f -m 2 --noproxy '*' "$version_url" 8>&- 9>&- | head -c 65536)
  else
    SERVED=$(timeout 2 wget -q -O - "$version_url" 2>/dev/null 8>&- 9>&- | head -c 65536)
  fi
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
    if health_look "$1" "$verify_version"; then
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
