#!/bin/sh
# Hands on what the program writes, from given offsets on, while the controller listens, and tells the
# program what the controller says.
#
#   follow.sh STDOUT_FROM STDERR_FROM     (the first byte is 1)
#
# Reads lines: `allocation JSON` is what the program finds in /run/limber/allocation.json.
set -u
run=/run/limber
kept=/run/limber-kept
# Its own words are none of the program's.
exec 3>&2 2>/dev/null

while [ ! -e "$kept/prepared" ]; do sleep 0.02; done
tail -c "+$1" -f "$kept/stdout" 3>&- &
out=$!
tail -c "+$2" -f "$kept/stderr" >&3 3>&- &
err=$!
while read -r word text; do
  case $word in
    allocation) printf '%s\n' "$text" >"$run/allocation.new" && mv "$run/allocation.new" "$run/allocation.json" ;;
  esac
done
kill "$out" "$err"
