#!/bin/sh
# The peer of bench/deploy-local: what a short shell script does to bring a package to instances of this machine, all at once.
# Each instance: unpack, stop the old process, switch the link, start the new one, two good health answers 200 ms apart.
#
#   plain-loop.sh PACKAGE FOLDER NODE < lines of "NAME ADDRESS PORT"      start, or replace what runs
#   plain-loop.sh stop FOLDER         < lines of "NAME ADDRESS PORT"
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

good() { curl -q -g -s -f -o /dev/null -m 2 --noproxy '*' "http://$1:$2/healthz"; }

change() { # NAME ADDRESS PORT
  home=$folder/$1
  mkdir -p "$home/releases/$release" && tar -xzf "$package" -C "$home/releases/$release" || return 1
  stop "$home"
  ln -sfn "releases/$release" "$home/next" && mv -fT "$home/next" "$home/current" || return 1
  (cd -P "$home/current" && HOST=$2 PORT=$3 exec setsid "$node" server.mjs) </dev/null >>"$home/log" 2>&1 &
  echo $! >"$home/pid"
  tries=0
  until good "$2" "$3"; do
    tries=$((tries + 1))
    [ "$tries" -lt 500 ] || return 1
    sleep 0.03
  done
  sleep 0.2
  good "$2" "$3"
}

if [ "$1" = stop ]; then
  folder=$2
  while read -r name _; do stop "$folder/$name"; done
  exit 0
fi

package=$1 folder=$2 node=$3 release=$(basename "$1" .tar.gz)
children=''
while read -r name address port; do
  change "$name" "$address" "$port" &
  children="$children $!"
done
failed=0
for child in $children; do wait "$child" || failed=$((failed + 1)); done
[ "$failed" -eq 0 ]
