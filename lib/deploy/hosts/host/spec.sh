# ── Spec: how one activation is started, stopped and asked ─────────────────────────────────────────────
# Lines of "key value", values with \0ooo escapes, lists as repeated keys, ending with "end". It stays with its activation, so
# that a revert, a boot and a rollback by hand start the old version with its own settings and without the console. Format 2 says
# more than how a plain process is started: older programs refuse it.

spec_load() { # FILE
  SP_ADDRESS='' SP_PORT='' SP_FOLDER='' SP_USER='' SP_STOP=TERM SP_GRACE_MS=10000 SP_DEADLINE_MS=60000
  SP_HEALTH='' SP_PATH='' SP_STATUS='' SP_VERSION='' SP_VERSION_AT='' SP_PRE_STOP='' SP_POST_START='' SP_PROGRAM='' SP_END=''
  SP_FORMAT=1 SP_RUNS=process SP_HARDENED=yes SP_SUDO=no
  SP_FILES='' SP_MEMORY_MB='' SP_CPU=''
  while IFS=' ' read -r spec_key spec_value; do
    decode "$spec_value"
    case $spec_key in
      slipway-spec)
        case $DECODED in 1 | 2) SP_FORMAT=$DECODED ;; *) return 1 ;; esac
        ;;
      runs) SP_RUNS=$DECODED ;;
      hardened) SP_HARDENED=$DECODED ;;
      sudo) SP_SUDO=$DECODED ;;
      limit-open-files) SP_FILES=$DECODED ;;
      limit-memory-mb) SP_MEMORY_MB=$DECODED ;;
      limit-cpu-percent) SP_CPU=$DECODED ;;
      address) SP_ADDRESS=$DECODED ;;
      port) SP_PORT=$DECODED ;;
      folder) SP_FOLDER=$DECODED ;;
      user) SP_USER=$DECODED ;;
      stop-signal) SP_STOP=$DECODED ;;
      stop-grace-ms) SP_GRACE_MS=$DECODED ;;
      start-deadline-ms) SP_DEADLINE_MS=$DECODED ;;
      health) SP_HEALTH=$DECODED ;;
      health-path) SP_PATH=$DECODED ;;
      health-status) SP_STATUS=$DECODED ;;
      version) SP_VERSION=$DECODED ;;
      version-at) SP_VERSION_AT=$DECODED ;;
      pre-stop) SP_PRE_STOP=yes ;;
      post-start) SP_POST_START=yes ;;
      start) [ -n "$SP_PROGRAM" ] || SP_PROGRAM=$DECODED ;;
      end) SP_END=yes ;;
    esac
  done <"$1"
  [ -n "$SP_END" ]
}

# Spoils nothing when it refuses: asked before a transaction begins.
spec_valid() {
  case /$SP_FOLDER/ in */../*) return 1 ;; esac
  case $SP_STOP in TERM | INT | QUIT | HUP | USR1 | USR2) ;; *) return 1 ;; esac
  case $SP_PATH$SP_VERSION_AT in '' | /*) ;; *) return 1 ;; esac
  for spec_number in "$SP_FILES" "$SP_MEMORY_MB" "$SP_CPU"; do
    [ -z "$spec_number" ] || valid_number "$spec_number" || return 1
  done
  case $SP_RUNS in process | supervised | systemd | commands) ;; *) return 1 ;; esac
  case $SP_HEALTH in http | tcp | command) ;; *) return 1 ;; esac
  valid_number "$SP_PORT" && valid_number "$SP_GRACE_MS" && valid_number "$SP_DEADLINE_MS" && [ -n "$SP_PROGRAM" ]
}

# spec_exec FILE KEY [PREFIX…]: becomes PREFIX plus the list KEY, in the environment of the spec. Only in a subshell, after
# spec_load; the working folder is set by the caller.
spec_exec() {
  exec_spec=$1 exec_key=$2
  shift 2
  # While this is still root, where it is: somebody else can only lower it.
  # shellcheck disable=SC3045 # dash, bash and busybox ash have it
  if [ "$exec_key" = start ] && [ -n "$SP_FILES" ] && ! ulimit -n "$SP_FILES"; then
    complain "the limit of open files cannot be $SP_FILES here"
    exit 126
  fi
  unset LC_ALL SLIPWAY_TEST_DIE_AT OLDPWD
  if [ -n "$SP_USER" ] && [ "$SP_USER" != "$(id -un)" ]; then
    set -- "$@" setpriv "--reuid=$SP_USER" "--regid=$(id -g "$SP_USER")" --init-groups --
    while IFS=: read -r passwd_name _ _ _ _ passwd_home _; do
      [ "$passwd_name" != "$SP_USER" ] || export HOME="$passwd_home" USER="$SP_USER" LOGNAME="$SP_USER"
    done </etc/passwd
  fi
  while IFS=' ' read -r spec_key spec_value; do
    case $spec_key in
      "$exec_key")
        decode "$spec_value"
        set -- "$@" "$DECODED"
        ;;
      env)
        decode "$spec_value"
        case ${DECODED%%=*} in '' | [0-9]* | *[!A-Za-z0-9_]*) exit 126 ;; esac
        # shellcheck disable=SC2163 # "NAME=VALUE" from the spec, its name checked above
        export "$DECODED"
        ;;
    esac
  done <"$exec_spec"
  exec "$@"
}
