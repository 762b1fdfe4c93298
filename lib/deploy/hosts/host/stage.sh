# ── Releases ───────────────────────────────────────────────────────────────────────────────────────────

# openssl takes longer to start and half as long for what is large: it uses what the processor has for it.
sha256_of() { # FILE of SIZE → DIGEST
  DIGEST=''
  if [ "$2" -ge 2000000 ] && command -v openssl >/dev/null; then
    DIGEST=$(openssl dgst -sha256 -r <"$1" 2>/dev/null)
    DIGEST=${DIGEST%% *}
  fi
  valid_sha "$DIGEST" && return 0
  if command -v sha256sum >/dev/null; then
    DIGEST=$(sha256sum <"$1")
  else
    DIGEST=$(openssl dgst -sha256 -r <"$1")
  fi
  DIGEST=${DIGEST%% *}
}

stage_failed() { # CODE DETAIL
  [ ! -d "$stage_new" ] || chmod -R u+rwX "$stage_new"
  rm -rf "$stage_tar" "$stage_new" "$stage_list" "$stage_list.long"
  printf 'failed %s %s\nend\n' "$1" "$2"
  exit 0
}

stage_unwritable() { # DETAIL
  room_or_rights
  stage_failed "$UNWRITABLE" "$1"
}

stage_have() {
  echo 'slipway-answer 1'
  if [ -d "$ROOT/releases/$1" ]; then
    echo 'have yes 0'
  else
    have_bytes=0
    [ -f "$ROOT/stage/$1.part" ] && have_bytes=$(($(wc -c <"$ROOT/stage/$1.part")))
    printf 'have no %s\n' "$have_bytes"
  fi
  echo end
}

stage_arguments() { # as stage and fetch take them
  [ $# -eq 6 ] || usage_error "stage and fetch take six arguments"
  if ! { valid_sha "$1" && valid_number "$2" && valid_number "$3" && valid_number "$4" && valid_number "$6"; }; then
    usage_error "stage, fetch: an argument is malformed"
  fi
  case $5 in yes | no) ;; *) usage_error "stage, fetch: background $5" ;; esac
}

# What serves on this host goes first. Linux may weigh sessions against each other: then the weight of this one counts.
stand_back() {
  renice -n 10 -p $$
  ionice -c 3 -p $$
  echo 10 >/proc/$$/autogroup
} >/dev/null 2>&1

# Begins a transfer that is alone with its release; ends here when the release is there already.
stage_begin() { # SHA256 SIZE MAX_BYTES MAX_FILES BACKGROUND
  SHA=$1 stage_size=$2 stage_max=$3 stage_files=$4
  stage_part=$ROOT/stage/$SHA.part stage_tar=$ROOT/stage/$SHA.tar stage_list=$ROOT/stage/$SHA.list stage_new=$ROOT/releases/.new.$SHA
  echo 'slipway-answer 1'
  [ "$5" = no ] || stand_back
  need_tools tar gzip flock awk find >&2 || stage_failed host_tool_missing "$MISSING"
  { [ -d "$ROOT/stage" ] && [ -d "$ROOT/releases" ]; } || mkdir -p "$ROOT/stage" "$ROOT/releases" 2>/dev/null ||
    stage_unwritable "no room for a folder"
  true 2>/dev/null >>"$ROOT/stage/$SHA.lock" || stage_unwritable "no room for a lock"
  exec 9>>"$ROOT/stage/$SHA.lock"
  flock 9
  if [ -d "$ROOT/releases/$SHA" ]; then
    printf 'staged unmoved\nend\n'
    exit 0
  fi
}

stage_count() { # bytes that are here → stage_has
  stage_has=0
  [ ! -f "$stage_part" ] || stage_has=$(($(wc -c <"$stage_part")))
}

# stage SHA256 SIZE MAX_BYTES MAX_FILES BACKGROUND OFFSET < bytes from OFFSET on
stage_release() {
  stage_begin "$1" "$2" "$3" "$4" "$5"
  if [ "$6" -eq 0 ]; then
    true 2>/dev/null >"$stage_part" || stage_unwritable "no room for the package"
  else
    stage_count
    [ "$6" -eq "$stage_has" ] || stage_failed host_refused "the transfer is at $stage_has"
  fi
  cat >>"$stage_part" 2>/dev/null || {
    rm -f "$stage_part"
    stage_unwritable "no room for the package"
  }
  stage_finish
}

stage_finish() {
  sha256_of "$stage_part" "$stage_size"
  if [ "$DIGEST" != "$SHA" ]; then
    stage_count
    # What came of it stays, to go on from.
    [ "$stage_has" -ge "$stage_size" ] || stage_failed package_digest_mismatch "only $stage_has of $stage_size bytes came"
    rm -f "$stage_part"
    stage_failed package_digest_mismatch "the bytes have another digest"
  fi
  stage_unpack
  rm -f "$stage_part" "$stage_tar" "$stage_list" "$stage_list.long" "$ROOT/stage/$SHA.lock"
  printf 'staged moved\nend\n'
}

stage_unpack() {
  if [ -d "$stage_new" ]; then
    chmod -R u+rwX "$stage_new"
    rm -rf "$stage_new"
  fi
  stage_decompress
  stage_names_safe
  mkdir "$stage_new" || stage_unwritable "no room to unpack"
  # A folder that is shared hands its group on by a bit that no package may have.
  [ ! -g "$stage_new" ] || chmod g-s "$stage_new"
  tar -xof "$stage_tar" -C "$stage_new" 2>/dev/null || {
    df -Pk "$stage_new" | awk 'NR == 2 { exit !($4 < 1024) }' && stage_unwritable "no room to unpack"
    stage_failed unsafe_package "it cannot be unpacked as it is listed"
  }
  stage_tree_safe
  chmod -R a-w,a+rX "$stage_new" || stage_failed internal "modes could not be set"
  sync -f "$stage_new" 2>/dev/null || sync
  mv -T "$stage_new" "$ROOT/releases/$SHA" || stage_unwritable "no room to rename"
  durable "$ROOT/releases"
}

# The kernel keeps what is written within the bound, which a shell gives it in blocks of 512 or 1024 bytes.
stage_decompress() {
  # shellcheck disable=SC3045 # dash, bash and busybox ash have these
  (
    ulimit -c 0
    ulimit -f "$((stage_max / 512 + 1))"
    exec gzip -dc "$stage_part" >"$stage_tar"
  ) 2>/dev/null
  stage_gzip=$?
  [ "$(($(wc -c <"$stage_tar")))" -le "$stage_max" ] || stage_failed package_too_large "unpacks to more than $stage_max bytes"
  [ "$stage_gzip" -ne 0 ] || return 0
  if gzip -t "$stage_part" 2>/dev/null; then stage_unwritable "no room to unpack"; fi
  stage_failed unsafe_package "not a whole gzip archive"
}

# Names and kinds, before anything is written. Only the first column of the long listing is read: what an archive calls its
# owners may move the others. A tar without -P strips what is unsafe and says so: whatever it complains about is refused.
stage_names_safe() {
  if ! tar -P -tf "$stage_tar" >"$stage_list" 2>/dev/null; then
    stage_said=$(tar -tf "$stage_tar" 2>&1 >"$stage_list") || stage_failed unsafe_package "not a tar archive"
    [ -z "$stage_said" ] || stage_failed unsafe_package "an entry's name leaves the package"
  fi
  [ -s "$stage_list" ] || stage_failed unsafe_package "an empty archive"
  tar -tvf "$stage_tar" 2>/dev/null >"$stage_list.long" || stage_failed unsafe_package "not a tar archive"
  stage_entries=$(awk '
    FNR == NR { if (/^\// || ("/" $0 "/") ~ /\/\.\.\//) exit 1; entries = NR; next }
    $1 !~ /^[-dl]/ { exit 2 }
    $1 ~ /[sS]/ { exit 3 }
    END { print entries }' "$stage_list" "$stage_list.long")
  case $? in
    0) ;;
    1) stage_failed unsafe_package "an entry's name leaves the package" ;;
    3) stage_failed unsafe_package "has a set-uid or set-gid entry" ;;
    *) stage_failed unsafe_package "has an entry that is no file, folder or symbolic link" ;;
  esac
  [ "$stage_entries" -le "$stage_files" ] || stage_failed package_too_large "has more than $stage_files entries"
}

# What really came out, where a listing may have hidden something. Most packages have nothing in them that is to be looked at closely.
# A folder that its owner may not read is opened before it is looked into; the look goes on to the end, so that none stays shut.
stage_tree_safe() {
  stage_odd=$(find "$stage_new" \( ! -type d -o -perm -500 -o -exec chmod u+rx {} \; \) \
    \( ! -type d \( ! -type f -o -links +1 -o -perm -4000 -o -perm -2000 \) -o -type d \( -perm -4000 -o -perm -2000 \) \) -print | tail -n 1)
  [ -n "$stage_odd" ] || return 0
  stage_odd=$(find "$stage_new" ! -type l \( ! -type f ! -type d -o -type f -links +1 -o -perm -4000 -o -perm -2000 \) | head -n 1)
  if [ -n "$stage_odd" ]; then
    if [ -u "$stage_odd" ] || [ -g "$stage_odd" ]; then stage_failed unsafe_package "has a set-uid or set-gid entry"; fi
    [ ! -f "$stage_odd" ] || stage_failed unsafe_package "has a hard link"
    stage_failed unsafe_package "has an entry that is no file, folder or symbolic link"
  fi
  # shellcheck disable=SC2016 # a program of its own; its values are arguments
  stage_odd=$(find "$stage_new" -type l -exec "$SH" -c '
    top=$1
    shift
    real=$(readlink -f "$top")
    for link; do
      target=$(readlink "$link")
      inside=${link#"$top"/}
      case $target in /*) echo out; continue ;; esac
      case $inside in */*) path=${inside%/*}/$target ;; *) path=$target ;; esac
      depth=0
      while [ -n "$path" ]; do
        part=${path%%/*}
        case $path in */*) path=${path#*/} ;; *) path= ;; esac
        case $part in "" | .) ;; ..) depth=$((depth - 1)) ;; *) depth=$((depth + 1)) ;; esac
        [ "$depth" -ge 0 ] || { echo out; break; }
      done
      goes=$(readlink -f "$link")
      case $goes in "" | "$real" | "$real"/*) ;; *) echo out ;; esac
    done' sh "$stage_new" {} + | head -n 1)
  [ -z "$stage_odd" ] || stage_failed unsafe_package "has a link that leaves the package"
}

release_of() { # ACTIVATION → its digest in RELEASE
  link_names "$I/activations/$1/release" "$ROOT/releases"
  RELEASE=$NAMED
}

# prune KEEP…: what is current, verified last, or named by an open transaction of any instance stays whatever the caller says.
prune_releases() {
  echo 'slipway-answer 1'
  mkdir -p "$ROOT/releases"
  exec 6>>"$ROOT/releases.lock"
  flock 6
  prune_keep=" $* "
  for prune_instance in "$ROOT"/instances/*; do
    [ -f "$prune_instance/generation" ] || continue
    I=$prune_instance
    journal_state || {
      # A journal that cannot be read may name anything: keep all that it has.
      for prune_name in $NAMES; do
        release_of "$prune_name"
        prune_keep="$prune_keep$RELEASE "
      done
    }
    pointer
    for prune_name in $ACTIVE $VERIFIED $OPEN; do
      release_of "$prune_name"
      prune_keep="$prune_keep$RELEASE "
    done
  done
  for prune_path in "$ROOT"/releases/*; do
    prune_sha=${prune_path##*/}
    valid_sha "$prune_sha" || continue
    case $prune_keep in *" $prune_sha "*) continue ;; esac
    # Renamed first: a release that is there is a whole one.
    mv -T "$prune_path" "$ROOT/releases/.gone.$prune_sha" && printf 'removed %s\n' "$prune_sha"
  done
  exec 6>&-
  for prune_path in "$ROOT"/releases/.gone.* "$ROOT"/releases/.new.*; do
    [ -d "$prune_path" ] || continue
    # One that is being unpacked is younger than a day.
    case $prune_path in */.new.*) [ -n "$(find "$prune_path" -prune -mtime +1)" ] || continue ;; esac
    chmod -R u+rwX "$prune_path"
    rm -rf "$prune_path"
  done
  [ ! -d "$ROOT/stage" ] || find "$ROOT/stage" -type f ! -name '*.lock' -mtime +1 -exec rm -f {} +
  echo end
}
