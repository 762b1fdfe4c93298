#!/bin/sh
# Runs a command once for every line of standard input, all side by side, with the line's words behind its own; fails when one did.
#
#   side-by-side.sh INPUT COMMAND… < lines of words       INPUT: what each reads
input=$1
shift
children=''
while read -r line; do
  # shellcheck disable=SC2086 # the words of the line
  "$@" $line <"$input" &
  children="$children $!"
done
failed=0
for child in $children; do wait "$child" || failed=$((failed + 1)); done
[ "$failed" -eq 0 ]
