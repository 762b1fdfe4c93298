#!/bin/sh
# What a short script does to one instance of a host: the work that every contestant of bench:deploy has to do, and no more.
# Nothing is flushed to the disk, no archive is looked through, no journal kept, and a version that does not come up is not taken back.
#
#   change.sh deploy HOME RELEASE ADDRESS PORT VERSION SHA256 PACKAGE    PACKAGE: a file, or - for standard input
#   change.sh back HOME RELEASE ADDRESS PORT VERSION                     to a release that is still there
#   change.sh restart HOME ADDRESS PORT                                  what `current` points to
#   change.sh verified ADDRESS PORT VERSION                              two good answers of the version, 200 ms apart
#   change.sh stop HOME
set -u

runs() { # PID; the dead count as gone also where process 1 does not reap them
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  case ${stat##*) } in Z* | X*) return 1 ;; esac
}

stop() { # HOME
  [ -f "$1/pid" ] || return 0
  read -r old <"$1/pid"
  kill "$old" 2>/dev/null
  while runs "$old"; do sleep 0.01; done
}

restart() { # HOME ADDRESS PORT
  stop "$1"
  (cd -P "$1/current" && HOST=$2 PORT=$3 exec setsid ./run) </dev/null >>"$1/log" 2>&1 &
  echo $! >"$1/pid"
}

tells() { # ADDRESS PORT VERSION
  [ "$(curl -q -s -f -m 2 --noproxy '*' "http://$1:$2/version" 2>/dev/null)" = "$3" ]
}

verified() { # ADDRESS PORT VERSION
  tries=0
  until tells "$1" "$2" "$3"; do
    tries=$((tries + 1))
    [ "$tries" -lt 500 ] || return 1
    sleep 0.03
  done
  sleep 0.2
  tells "$1" "$2" "$3"
}

bring() { # HOME RELEASE SHA256 PACKAGE
  package=$4
  mkdir -p "$1/releases/$2" || return 1
  if [ "$package" = - ]; then
    package=$1/package
    cat >"$package" || return 1
  fi
  digest=$(sha256sum <"$package")
  [ "${digest%% *}" = "$3" ] || return 1
  tar -xzf "$package" -C "$1/releases/$2" || return 1
  [ "$4" != - ] || rm "$package"
}

switch() { # HOME RELEASE
  ln -s "releases/$2" "$1/next" && mv -fT "$1/next" "$1/current"
}

what=$1
shift
case $what in
  deploy) bring "$1" "$2" "$6" "$7" && switch "$1" "$2" && restart "$1" "$3" "$4" && verified "$3" "$4" "$5" ;;
  back) switch "$1" "$2" && restart "$1" "$3" "$4" && verified "$3" "$4" "$5" ;;
  restart) restart "$@" ;;
  verified) verified "$@" ;;
  stop) stop "$1" ;;
  *) exit 64 ;;
esac
