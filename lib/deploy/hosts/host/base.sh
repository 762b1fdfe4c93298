#!/bin/sh
# The one program that changes a host: puts releases on it and switches instances between them, each change a transaction.
# POSIX sh on Linux (dash, busybox ash, bash) with tar, gzip, flock, setsid, a SHA-256 tool, and curl or wget.
#
#   ROOT/releases/<sha256>/              unpacked packages, read-only, shared by the instances of the host
#   ROOT/stage/<sha256>.part             bytes on their way
#   ROOT/instances/<ID>/
#     activations/<NNNNNN>.<TX>/         one transaction: journal, spec (how to start it; may hold secrets), evidence,
#                                        release -> the unpacked package
#     active -> activations/<NNNNNN>.<TX>   switched by one rename: release and settings change together
#     current -> active/release          the same, for people and for working folders
#     generation pid exit power restarts permit invocation
#                                        small fixed-size files, overwritten in place so that a full disk cannot stop them
#     lock gate                          the first is held through a transaction, the second for milliseconds
#     log log.1 trace                    output of the service; complaints of this program
#
# Names of instances and transactions arrive percent-encoded, values of a spec with backslash escapes; nothing is ever evaluated.
set -u
umask 022
LC_ALL=C
export LC_ALL
# The newest journal that is read. One is written in the oldest format that says all of it, so that older programs read on.
FORMAT=2
RESERVE=4096
HOOK_LIMIT_S=60
KEEP_ACTIVATIONS=60
LOG_LIMIT=16777216
NL='
'

# What a worker may end with; see refusal() for the codes that the console is told. All from 10 to 21 are known by this range where a
# worker is waited for, in launch() and command_activate().
E_STALE=10 E_PRECONDITION=11 E_MISSING=12 E_DISK=13 E_TOO_NEW=14 E_TOOL=15 E_REFUSED=16 E_CANCELLED=17 E_INTERNAL=18 E_START=19
E_ROOT=20 E_SUDO=21

refusal() { # exit status → REFUSAL
  case $1 in
    "$E_PRECONDITION") REFUSAL=precondition_changed ;;
    "$E_MISSING") REFUSAL=release_missing ;;
    "$E_DISK") room_or_rights; REFUSAL=$UNWRITABLE ;;
    "$E_TOO_NEW") REFUSAL=journal_too_new ;;
    "$E_TOOL") REFUSAL=host_tool_missing ;;
    "$E_REFUSED") REFUSAL=host_refused ;;
    "$E_CANCELLED") REFUSAL=cancelled ;;
    "$E_START") REFUSAL=start_failed ;;
    "$E_ROOT") REFUSAL=root_needed ;;
    "$E_SUDO") REFUSAL=sudo_refused ;;
    *) REFUSAL=internal ;;
  esac
}

# Why nothing can be written: a disk without room still takes the name of an empty file. → UNWRITABLE
room_or_rights() {
  UNWRITABLE=root_unusable
  if true 2>/dev/null >"$ROOT/.try.$$"; then
    rm -f "$ROOT/.try.$$"
    UNWRITABLE=disk_full
  fi
}

complain() { printf 'host.sh: %s\n' "$*" >&2; }
usage_error() { complain "$*"; exit 64; }

valid_name() {
  case $1 in '' | .* | -* | *[!A-Za-z0-9._%:~@+=,-]*) return 1 ;; esac
  [ ${#1} -le 160 ]
}
valid_sha() {
  case $1 in *[!0-9a-f]*) return 1 ;; esac
  [ ${#1} -eq 64 ]
}
valid_number() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  [ ${#1} -le 15 ]
}

# Where a program is, as this shell would find it, without starting anything. Its name alone when it is nowhere. → FOUND
program_at() { # NAME
  program_rest=$PATH:
  while [ -n "$program_rest" ]; do
    FOUND=${program_rest%%:*}/$1 program_rest=${program_rest#*:}
    [ ! -f "$FOUND" ] || [ ! -x "$FOUND" ] || return 0
  done
  FOUND=$1
}

need_tools() { # → MISSING, and 1 when there is any
  MISSING=''
  for need_tool; do
    command -v "$need_tool" >/dev/null || MISSING=${MISSING:+$MISSING, }$need_tool
  done
  [ -z "$MISSING" ] || { complain "the host has no $MISSING"; return 1; }
}

# Hundredths of a second that never run backwards, without starting a process.
now() {
  read -r now_up _ </proc/uptime
  NOW=$((${now_up%.*} * 100 + 1${now_up#*.} - 100))
}
# Wall clock in milliseconds: the date is asked once, then the uptime carries it. EPOCH: when the machine was started.
clock() {
  now
  if [ -z "${EPOCH:-}" ]; then
    EPOCH=$(date +%s%2N)
    valid_number "$EPOCH" && [ ${#EPOCH} -gt 11 ] || EPOCH=$(date +%s)00
    EPOCH=$((EPOCH - NOW))
  fi
  MS=$(((EPOCH + NOW) * 10))
}
nap() { sleep "$1" 2>/dev/null 8>&- 9>&- || sleep 1; }

# Decodes \0ooo escapes; only a value that has one costs a process.
decode() {
  case $1 in
    *\\*)
      DECODED=$(printf '%bx' "$1")
      DECODED=${DECODED%x}
      ;;
    *) DECODED=$1 ;;
  esac
}

# A slot is a file of one value, written twice in one write of less than a sector and never truncated: a reader that meets a
# writer sees two different copies and reads again, and a full disk has nothing to refuse. Short values are of one length: so the copies of
# one lie where those of another do, and no piece of both looks like a third, also where a shell writes line by line. What lies behind the
# two copies means nothing; a new one has room for the longest value.
slot_new() { printf '%-240s\n%-240s\n' "$2" "$2" >"$1"; }
slot_set() { printf '%-16s\n%-16s\n' "$2" "$2" 1<>"$1"; }
slot_get() {
  slot_tries=0
  while :; do
    slot_a='' slot_b=''
    { read -r slot_a && read -r slot_b; } 2>/dev/null <"$1"
    [ "$slot_a" = "$slot_b" ] && break
    slot_tries=$((slot_tries + 1))
    [ "$slot_tries" -lt 100 ] || break
  done
  SLOT=$slot_a
}

# Of files that have all their room already: their bytes, without what the file system notes of them.
durable_bytes() { sync -d "$@" 2>/dev/null 8>&- 9>&- || durable "$@"; }
durable() { sync "$@" 2>/dev/null 8>&- 9>&- || sync; }

# Only for the tests of this program: die by SIGKILL before or after a journal entry, "_activate/switch/after".
die_at() {
  case ,${SLIPWAY_TEST_DIE_AT:-}, in *",$COMMAND/$1/$2,"*) kill -s KILL $$ ;; esac
}
