# ── Entry ──────────────────────────────────────────────────────────────────────────────────────────────

case $0 in /*) SELF=$0 ;; *) SELF=$PWD/$0 ;; esac
ROOT=${SELF%/*}
ROOT=${ROOT%/*}
if [ "${1:-}" = --root ]; then
  ROOT=$2
  shift 2
fi
case $ROOT in /*) ;; *) usage_error "the root must be an absolute path" ;; esac
COMMAND=${1:-help}
[ $# -eq 0 ] || shift
program_at sh
SH=$FOUND
program_at setsid
SETSID=$FOUND
REPORT_CHECK=no
read -r BOOT 2>/dev/null </proc/sys/kernel/random/boot_id || { complain "hosts are Linux: there is no /proc here"; exit 64; }
case $COMMAND in
  _*) instance_at "$1" ;;
  *) exec 3<&0 ;;
esac

case $COMMAND in
  stage-have) valid_sha "$1" || usage_error "not a digest: $1"; stage_have "$1" ;;
  stage)
    stage_arguments "$@"
    stage_release "$@"
    ;;
  fetch)
    stage_arguments "$@"
    fetch_release "$@"
    ;;
  activate) command_activate "$@" ;;
  fence) command_fence "$@" ;;
  inspect) command_inspect "$@" ;;
  boot)
    # shellcheck disable=SC2046 # names of instances have no blanks and no pattern characters
    [ $# -gt 0 ] || set -- $(hand_list_all)
    command_boot "$@"
    ;;
  power-off) command_power_off "$@" ;;
  stop) command_stop "$@" ;;
  prune) prune_releases "$@" ;;
  list) if [ $# -eq 0 ]; then hand_list_all; else hand_list "$1"; fi ;;
  rollback)
    [ $# -ge 1 ] || usage_error "rollback INSTANCE [VERSION]"
    need_tools flock setsid || exit 1
    hand_rollback "$@"
    ;;
  help | --help | -h) hand_help ;;
  _activate) worker_activate "$@" ;;
  _recover) worker_recover ;;
  _supervise) shift; worker_supervise "$@" ;;
  _become) worker_become "$@" ;;
  _unit-begin) worker_unit_begin "$2" ;;
  _unit-exec) worker_unit_exec "$2" ;;
  _unit-runs) worker_unit_runs "$2" ;;
  _unit-ended) worker_unit_ended "$2" ;;
  _boot) worker_boot ;;
  _power-off) worker_power_off "$2" off ;;
  _stop) worker_power_off "$2" "stopped $3" ;;
  *) usage_error "unknown command $COMMAND; try help" ;;
esac
