# ── Questions by HTTP, with what the host has ──────────────────────────────────────────────────────────

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
    HTTP_STATUS=''
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
# first. Each question has a connection of its own. A curl before 7.84 cannot keep a pace: PATH and ALSO are asked, and HTTP_AGAIN stays ''.
# 1 = PATH is to be asked alone: no curl here can do more than that, or an answer broke off (HTTP_BROKE: yes) and it is not known which.
http_ask_twice() { # PATH ALSO
  command -v curl >/dev/null || return 1
  # 222 ms from one question for PATH to the other, also where ALSO is asked in between.
  twice_path=$1 twice_also=$2 twice_url=http://$HEALTH_HOST:$SP_PORT$1 twice_early='' twice_pace=270/m
  # An answer of 400 or more ends it at once, unless such an answer is the good one.
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
    2) # It does not know one of these options.
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

# The second question began 222 ms after the first, but not before the first was answered, and each answer took its time. One
# hundredth more: of a clock that counts whole ones, 200 ms have passed for certain when it shows 21.
again_after() { # "STATUS SECONDS" of the second
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

version_ask() { # → SERVED: what it said
  health_host
  version_url="http://$HEALTH_HOST:$SP_PORT$SP_VERSION_AT"
  if command -v curl >/dev/null; then
    SERVED=$(curl -q -g -s -f -m 2 --noproxy '*' "$version_url" 8>&- 9>&- | head -c 65536)
  else
    SERVED=$(timeout 2 wget -q -O - "$version_url" 2>/dev/null 8>&- 9>&- | head -c 65536)
  fi
}
