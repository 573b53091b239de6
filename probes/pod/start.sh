#!/bin/sh
# Starts the program as the first process of its container and passes its exit code on.
#
#   start.sh COMMAND [ARG…]
#
# LIMBER_PROCESSES   how many processes and threads the program may have
# LIMBER_STDIN       input: read the FIFO of that name; else nothing
# LIMBER_PATH_MORE   folders behind the image's own PATH
set -u
run=/run/limber
cgroup=/sys/fs/cgroup

# A limit per user, and each pod has a user of its own.
bound_processes() {
  if (ulimit -u "$1") 2>/dev/null; then
    ulimit -u "$1"
  elif (ulimit -p "$1") 2>/dev/null; then
    ulimit -p "$1"
  fi
}

# first FILE…: the first word of the first file that can be read
first() {
  for file; do
    [ -r "$file" ] && read -r word rest <"$file" && printf '%s' "$word" && return
  done
  printf 0
}

# v2 begins `usage_usec 123`; v1 counts nanoseconds.
cpu_usec() {
  if [ -r "$cgroup/cpuacct/cpuacct.usage" ]; then
    printf '%s' "$(($(first "$cgroup/cpuacct/cpuacct.usage") / 1000))"
  elif [ -r "$cgroup/cpu.stat" ]; then
    read -r word usec <"$cgroup/cpu.stat" && printf '%s' "$usec"
  fi
}

# What nobody can look at any more once the container is gone.
tell() {
  peak=$(first "$cgroup/memory.peak" "$cgroup/memory/memory.max_usage_in_bytes")
  tmp=$(stat -f -c '%b %f %S' /tmp 2>/dev/null || printf '0 0 0')
  printf '%s %s %s %s\n' "$1" "$tmp" "$peak" "$(cpu_usec)" >/dev/termination-log
}

while [ ! -e "$run/ready" ]; do sleep 0.02; done
exec >"$run/stdout" 2>"$run/stderr"
if [ "${LIMBER_STDIN-}" = input ]; then exec <"$run/input"; else exec </dev/null; fi
PATH="$PATH${LIMBER_PATH_MORE:+:$LIMBER_PATH_MORE}"
if ! command -v "$1" >/dev/null; then
  printf 'limber: the image has no command "%s"\n' "$1" >&2
  tell missing
  exit 127
fi
max=$LIMBER_PROCESSES
unset LIMBER_PROCESSES LIMBER_STDIN LIMBER_PATH_MORE
bound_processes "$max"
# A group of its own, so that a signal reaches the program and not its keeper. In the foreground: a
# shell makes what it starts in the background deaf to SIGINT.
if command -v setsid >/dev/null; then
  setsid "$@"
else
  "$@"
fi
code=$?
tell ended
exit "$code"
