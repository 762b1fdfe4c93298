# ── Fetching: a release that the host gets by itself ───────────────────────────────────────────────────

FETCH_QUIET_S=20
FETCH_LEAST=1024

# fetch SHA256 SIZE MAX_BYTES MAX_FILES BACKGROUND BYTES_PER_S < address     BYTES_PER_S: 0 = as fast as it goes
# The address may carry a signature: it comes on standard input and is handed on there, never as an argument that others see.
fetch_release() {
  IFS= read -r fetch_url || usage_error "fetch: no address"
  case $fetch_url in
    *[!!-~]* | *[\"\\]*) usage_error "fetch: the address is malformed" ;;
    https://*) fetch_redirects='=https' ;;
    http://*) fetch_redirects='=http,https' ;;
    *) usage_error "fetch: the address is malformed" ;;
  esac
  stage_begin "$1" "$2" "$3" "$4" "$5"
  fetch_rate=$6
  if command -v curl >/dev/null; then
    fetch_with=curl
  else
    # Others take an address as an argument only.
    case $(wget --version 2>/dev/null) in "GNU Wget"*) ;; *) stage_failed package_unavailable "there is no curl and no GNU wget" ;; esac
    fetch_with=wget
  fi
  stage_count
  # More than the whole is nothing to go on from.
  [ "$stage_has" -le "$stage_size" ] || rm -f "$stage_part"
  stage_count
  [ "$stage_has" -eq "$stage_size" ] || fetch_rest
  stage_count
  [ "$stage_has" -eq "$stage_size" ] || stage_failed package_unavailable "$fetch_with ended with $fetch_status at $stage_has of $stage_size bytes"
  stage_finish
}

# Never more than the size that was said. A pipeline tells only how its last part ended: how the program did goes past it.
fetch_rest() {
  true 2>/dev/null >>"$stage_part" || stage_unwritable "no room for the package"
  fetch_status=$({
    {
      "fetch_$fetch_with" 2>/dev/null
      echo $? >&5
    } | head -c "$((stage_size - stage_has))" >>"$stage_part"
  } 5>&1) || {
    rm -f "$stage_part"
    stage_unwritable "no room for the package"
  }
}

fetch_curl() {
  {
    printf 'url = "%s"\nproto-redir = "%s"\n' "$fetch_url" "$fetch_redirects"
    [ "$stage_has" -eq 0 ] || printf 'continue-at = %s\n' "$stage_has"
    [ "$fetch_rate" -eq 0 ] || printf 'limit-rate = %s\n' "$fetch_rate"
  } | curl -q --silent --fail --globoff --location --max-redirs 5 --connect-timeout 10 \
    --speed-time "$FETCH_QUIET_S" --speed-limit "$FETCH_LEAST" --config -
}

fetch_wget() {
  set --
  [ "$stage_has" -eq 0 ] || set -- --start-pos="$stage_has"
  [ "$fetch_rate" -eq 0 ] || set -- "$@" --limit-rate="$fetch_rate"
  printf '%s\n' "$fetch_url" |
    wget --no-config --no-hsts --quiet --output-document=- --tries=1 --timeout="$FETCH_QUIET_S" --max-redirect=5 "$@" --input-file=-
}
