# ── An instance's folder, its generation, its locks ────────────────────────────────────────────────────

instance_at() {
  valid_name "$1" || usage_error "not an instance name: $1"
  INSTANCE=$1
  I=$ROOT/instances/$1
}

# Made aside and renamed, so that two first commands cannot reset each other's generation.
instance_make() {
  [ -f "$I/generation" ] && return 0
  make_dir=$ROOT/instances/.new.$$.$INSTANCE
  if ! { mkdir -p "$make_dir/activations" &&
    slot_new "$make_dir/generation" "0 -" &&
    slot_new "$make_dir/pid" '' &&
    slot_new "$make_dir/exit" '' &&
    slot_new "$make_dir/restarts" "0 -" &&
    slot_new "$make_dir/permit" '' &&
    slot_new "$make_dir/invocation" '' &&
    slot_new "$make_dir/power" on &&
    true >"$make_dir/lock" && true >"$make_dir/gate" && true >"$make_dir/log" && true >"$make_dir/trace" &&
    ln -s active/release "$make_dir/current"; }; then
    rm -rf "$make_dir"
    return 1
  fi
  mv -T "$make_dir" "$I" 2>/dev/null || rm -rf "$make_dir"
  durable "$ROOT/instances"
  [ -f "$I/generation" ]
}

gate_read() {
  slot_get "$I/generation"
  GENERATION=${SLOT%% *} CANCEL=${SLOT#* }
  valid_number "$GENERATION" || GENERATION=0
}

# gate_raise GENERATION [CANCEL]: keeps the highest generation; 1 = the host has seen a higher one (GENERATION tells it).
gate_raise() {
  # It never falls: where nothing is to be written, an activation waits for nobody. It takes the generation to the disk when it begins; a
  # fence has nothing but this, and is one only when it is there.
  gate_read
  [ $# -gt 1 ] || [ "$1" -ne "$GENERATION" ] || return 0
  exec 7>>"$I/gate"
  flock 7
  gate_read
  if [ "$1" -lt "$GENERATION" ]; then
    exec 7>&-
    return 1
  fi
  if [ "$1" -gt "$GENERATION" ] || [ "${2:-$CANCEL}" != "$CANCEL" ]; then
    slot_set "$I/generation" "$1 ${2:-$CANCEL}"
  fi
  # Whoever wrote it may have been killed before it was there.
  durable "$I/generation"
  gate_read
  exec 7>&-
  return 0
}

cancelled() {
  gate_read
  [ "$CANCEL" = "$TX" ]
}

lock_take() {
  exec 9>>"$I/lock"
  flock 9
}
lock_is_free() { flock -n "$I/lock" true 2>/dev/null; }

# NAMED: the last part of what a link names, '' when there is no link. A link into FOLDER is read without starting a program, unless
# what it leads to lies elsewhere by another link.
link_names() { # LINK FOLDER
  NAMED=''
  [ -L "$1" ] || return 0
  if cd -P "$1" 2>/dev/null; then
    NAMED=${PWD##*/}
    cd /
  fi
  [ -n "$NAMED" ] && [ -d "$2/$NAMED" ] && [ ! -L "$2/$NAMED" ] && return 0
  NAMED=$(readlink "$1")
  NAMED=${NAMED##*/}
}

pointer() { # ACTIVE: the activation that `active` names, '' when nothing was ever switched to
  link_names "$I/active" "$I/activations"
  ACTIVE=$NAMED
}

# The links are made when a transaction begins, so that the switch itself is one rename and needs no room.
link_prepare() {
  ln -sfn "activations/$2" "$I/$1"
}
switch_to() { # ACTIVATION LINK
  link_names "$I/$2" "$I/activations"
  [ "$NAMED" = "$1" ] || link_prepare "$2" "$1" || return 1
  mv -fT "$I/$2" "$I/active"
}
