# ── Journal ────────────────────────────────────────────────────────────────────────────────────────────
# One file a transaction. Its room is reserved when it begins; entries are written in place before the act that they announce.
# An entry ends with " ."; one that does not was torn by a crash and counts as not written.
#
#   slipway-journal FORMAT .                                            2: its spec is of format 2; otherwise 1
#   begun MS TX GENERATION MODE SHA256 REVISION VERSION PREVIOUS .      PREVIOUS: activation verified before, or -
#   pre_stop | stop | switch | start MS LOG_OFFSET | verify | post_start | recover | revert_start MS .
#   reverting MS CODE DETAIL .
#   done MS . | unchanged MS . | reverted MS CODE DETAIL . | down MS CODE DETAIL .

activation_names() { # → NAMES, newest first; NEWEST, '' when there is none; COUNT
  NAMES='' NEWEST='' COUNT=0
  for activation_path in "$I"/activations/[0-9][0-9][0-9][0-9][0-9][0-9].*; do
    [ -d "$activation_path" ] || continue
    NEWEST=${activation_path##*/}
    NAMES="$NEWEST $NAMES"
    COUNT=$((COUNT + 1))
  done
}

# One whose name came to the disk before a power cut, and whose journal did not, never began: the same TX begins anew beside it.
activation_of() { # TX → NAME
  NAME=''
  for activation_path in "$I"/activations/[0-9][0-9][0-9][0-9][0-9][0-9]."$1"; do
    activation_head=''
    { read -r activation_head <"$activation_path/journal"; } 2>/dev/null
    case $activation_head in 'slipway-journal '*) NAME=${activation_path##*/} ;; esac
  done
  [ -n "$NAME" ]
}

# 0 read; 1 unreadable; 2 written by a newer host.sh. Sets J_*.
journal_read() {
  J_TX='' J_MODE='' J_SHA='' J_REVISION='' J_VERSION='' J_END='' J_PHASE='' J_ENTRIES=0
  J_LOG='' J_BEFORE='' J_STOPPING='' J_REVERTING='' J_REASON=''
  [ -f "$I/activations/$1/journal" ] || return 1
  while read -r j_line; do
    case $j_line in *' .') j_line=${j_line% .} ;; *) break ;; esac
    J_ENTRIES=$((J_ENTRIES + 1))
    j_word=${j_line%% *}
    case $j_word in
      slipway-journal)
        j_format=${j_line#* }
        valid_number "$j_format" || return 1
        [ "$j_format" -le "$FORMAT" ] || return 2
        ;;
      begun)
        # shellcheck disable=SC2086 # the fields of this entry have no blanks and no pattern characters
        set -- $j_line
        J_TX=$3 J_MODE=$5 J_SHA=$6 J_REVISION=$7 J_VERSION=$8 J_BEFORE=$9 J_PHASE=begun
        ;;
      stop) J_PHASE=stop J_STOPPING=yes ;;
      start) J_PHASE=start J_LOG=${j_line##* } ;;
      reverting)
        J_PHASE=reverting J_REVERTING=yes
        J_REASON=${j_line#* * }
        ;;
      revert_start) J_PHASE=revert_start J_STOPPING='' ;;
      recover) ;;
      done | unchanged | reverted | down)
        J_END=$j_word
        break
        ;;
      *) J_PHASE=$j_word ;;
    esac
  done <"$I/activations/$1/journal"
  [ -n "$J_TX" ]
}

# VERIFIED: the activation to go back to, the newest that was verified; '' when the change after it found it stopped for good. OPEN: the one
# under way or interrupted. 2 = a journal is too new.
journal_state() {
  VERIFIED='' OPEN=''
  activation_names
  for state_name in $NAMES; do
    journal_read "$state_name"
    case $? in
      2) return 2 ;;
      1) continue ;;
    esac
    [ -n "$J_END" ] || [ "$state_name" != "$NEWEST" ] || OPEN=$state_name
    if [ "$J_END" = "done" ]; then
      VERIFIED=$state_name
      break
    fi
    [ "$J_BEFORE" != - ] || break
  done
  return 0
}

# Leaves descriptor 8 behind the last whole entry, ready to write.
journal_open() {
  journal_read "$1" || return 1
  JOURNAL=$I/activations/$1/journal
  exec 8<>"$JOURNAL"
  journal_skip=0
  while [ "$journal_skip" -lt "$J_ENTRIES" ]; do
    read -r _ <&8
    journal_skip=$((journal_skip + 1))
  done
}

# Whoever comes after a killed shell reads what was written. A power cut ends the processes too: then it matters that the change
# was begun, where `active` points, why it went back, and how it ended. Only those are taken to the disk before anything follows.
journal_write() { # WORD [REST]
  clock
  die_at "$1" before
  printf '%s\n' "$1 $MS${2:+ $2} ." >&8
  case $1 in done | unchanged | reverting | reverted | down) durable_bytes "$JOURNAL" ;; esac
  die_at "$1" after
}

# journal_begin DIR: a whole journal with its reserve, in a folder that has no name yet. The reserve is short blank lines: a shell reads byte
# by byte, and is at the end with the first of them.
journal_begin() {
  clock
  begin_reserve=0
  {
    printf 'slipway-journal %s .\n' "$WANT_FORMAT"
    printf '%s .\n' "begun $MS $TX $WANT_GENERATION $MODE $SHA $REVISION $VERSION ${VERIFIED:--}"
    while [ "$begin_reserve" -lt "$RESERVE" ]; do
      begin_reserve=$((begin_reserve + 128))
      printf '%127s\n' ''
    done
  } >"$1/journal"
}
