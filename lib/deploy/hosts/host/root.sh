# ── What only root may do ──────────────────────────────────────────────────────────────────────────────

# Where somebody else signs in than root, through sudo: only a spec that says so comes this far, and nobody is asked for a password.
as_root() {
  if [ -z "${MY_UID:-}" ]; then MY_UID=$(id -u); fi
  if [ "$MY_UID" = 0 ]; then "$@" 8>&- 9>&-; else sudo -n -- "$@" 8>&- 9>&-; fi
}

# 0 = as_root works here; else why it does not, as a refusal.
root_or_refuse() {
  [ "$(id -u)" != 0 ] || return 0
  [ "$SP_SUDO" = yes ] || return "$E_ROOT"
  sudo -n -- true >/dev/null 2>&1 8>&- 9>&- || return "$E_SUDO"
}

# The loaded spec names another user, and this is not root: through sudo, where the spec says so.
other_by_sudo() {
  [ "$SP_SUDO" = yes ] && [ -n "$SP_USER" ] && [ "$(id -u)" != 0 ] && [ "$SP_USER" != "$(id -un)" ]
}

# This program as root, told WORKER. What sudo was asked is written down by it: no value of a spec is an argument here.
become_root() { # WORKER ARGUMENT…
  become_root_in env "$@"
}
become_root_in() { # PROGRAM WORKER ARGUMENT…
  become_by=$1
  shift
  exec "$become_by" sudo -n -- env -i "PATH=$PATH" "$SH" "$SELF" --root "$ROOT" "$@"
}

# spec_become ACTIVATION KEY [PREFIX…]: becomes PREFIX plus the list KEY of its spec, in its folder, as its user. Only in a subshell, after
# spec_load.
spec_become() {
  if other_by_sudo; then
    become_root _become "$INSTANCE" "$@"
  fi
  become_activation=$1
  shift
  cd -P "$I/activations/$become_activation/release/$SP_FOLDER" || exit 127
  spec_exec "$I/activations/$become_activation/spec" "$@"
}

worker_become() { # _become INSTANCE ACTIVATION KEY [PREFIX…], as root
  shift
  spec_load "$I/activations/$1/spec" || exit 127
  spec_become "$@"
}

# Processes of other users are root's to signal.
send() { # SIGNAL PID, or -GROUP
  kill -s "$1" -- "$2" 2>/dev/null && return 0
  [ "$SP_SUDO" = yes ] && [ "$(id -u)" != 0 ] || return 1
  # shellcheck disable=SC2016 # a program of its own; its values are arguments
  as_root "$SH" -c 'kill -s "$1" -- "$2"' kill "$1" "$2" 2>/dev/null
}
