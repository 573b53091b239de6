#!/bin/sh
# The rest of the output, when nobody can write any more.
#
#   rest.sh STDOUT_FROM STDERR_FROM     (the first byte is 1)
set -u
kept=/run/limber-kept
# Its own words are none of the program's.
exec 3>&2 2>/dev/null
while [ ! -e "$kept/complete" ]; do sleep 0.02; done
tail -c "+$1" "$kept/stdout" && tail -c "+$2" "$kept/stderr" >&3
