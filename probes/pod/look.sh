#!/bin/sh
# Reads the counters of the container that it runs in, as often as it is asked to, and hands on what
# probes say. Only built-in commands of the shell: a look starts no process.
#
#   look.sh
#
# Reads lines:
#   look          answers with one line of numbers (src/runtimes/kubernetes/agent/reading.ts)
#   signal NAME   sends it to the program's foreground processes
#   kill          ends every process at once
# Lines of probes go to stderr.
set -u
run=/run/limber
cgroup=/sys/fs/cgroup

# At most 64 KiB at a time: whoever floods the pipe waits. What says that all is there comes last.
hand_on_probes() {
  while [ ! -e "$run/ready" ]; do sleep 0.02; done
  [ -p "$run/probe" ] || return
  exec 3<>"$run/probe"
  trap 'kill "$reader" 2>/dev/null; exit 0' TERM
  while :; do
    dd bs=4096 count=16 <&3 >&2 2>/dev/null &
    reader=$!
    wait "$reader"
    sleep 0.02
  done
}

# one FILE: its first word, or 0
one() {
  word=0
  [ -r "$1" ] && read -r word rest <"$1"
}

look_v2() {
  while read -r key value; do
    case $key in
      usage_usec) usage=$value ;;
      nr_throttled) periods=$value ;;
      throttled_usec) throttled=$value ;;
    esac
  done <"$cgroup/cpu.stat"
  while read -r key value; do
    case $key in inactive_file) inactive=$value && break ;; esac
  done <"$cgroup/memory.stat"
  while read -r key value; do
    case $key in
      max) full=$value ;;
      oom_kill) killed=$value ;;
    esac
  done <"$cgroup/memory.events"
  one "$cgroup/memory.current"; memory=$word
  one "$cgroup/memory.peak"; peak=$word
  one "$cgroup/pids.current"; processes=$word
  while read -r key value; do
    case $key in max) refused=$value ;; esac
  done <"$cgroup/pids.events"
}

# Nanoseconds become microseconds: numbers of a shell have 64 bits.
look_v1() {
  one "$cgroup/cpuacct/cpuacct.usage"; usage=$((word / 1000))
  while read -r key value; do
    case $key in
      nr_throttled) periods=$value ;;
      throttled_time) throttled=$((value / 1000)) ;;
    esac
  done <"$cgroup/cpu/cpu.stat"
  while read -r key value; do
    case $key in total_inactive_file) inactive=$value && break ;; esac
  done <"$cgroup/memory/memory.stat"
  while read -r key value; do
    case $key in oom_kill) killed=$value ;; esac
  done <"$cgroup/memory/memory.oom_control"
  one "$cgroup/memory/memory.failcnt"; full=$word
  one "$cgroup/memory/memory.usage_in_bytes"; memory=$word
  one "$cgroup/memory/memory.max_usage_in_bytes"; peak=$word
  one "$cgroup/pids/pids.current"; processes=$word
  [ -r "$cgroup/pids/pids.events" ] && while read -r key value; do
    case $key in max) refused=$value ;; esac
  done <"$cgroup/pids/pids.events"
}

# Bytes since the interface was made: `eth0: 1 2 3 4 5 6 7 8 9 …` are received and, ninth, sent.
look_network() {
  received=0
  sent=0
  while read -r name in_bytes a b c d e f g out_bytes rest; do
    case $name in
      lo: | Inter-* | face) ;;
      *:) received=$((received + in_bytes)) sent=$((sent + out_bytes)) ;;
    esac
  done </proc/net/dev
}

answer() {
  usage=0 throttled=0 periods=0 memory=0 peak=0 inactive=0 killed=0 full=0 processes=0 refused=0
  if [ -e "$cgroup/memory.current" ]; then look_v2; else look_v1; fi
  look_network
  printf 'v1 %s %s %s %s %s %s %s %s %s %s %s %s\n' "$usage" "$throttled" "$periods" "$memory" \
    "$peak" "$inactive" "$killed" "$full" "$processes" "$refused" "$received" "$sent"
}

# The program is the child of the first process that leads a session of its own; the oldest, because
# what has lost its parent is a child of the first process, too. Without `setsid` it leads none, and
# gets the signal alone.
find_program() {
  program='' oldest='' alone=''
  for folder in /proc/[0-9]*; do
    { read -r line <"$folder/stat"; } 2>/dev/null || continue
    pid=${folder#/proc/}
    # shellcheck disable=SC2086 # words of a line
    set -- ${line##*) }
    [ "$2" = 1 ] || continue
    if [ "$4" != "$pid" ]; then
      alone=${alone:-$pid}
      continue
    fi
    shift 9
    shift 9
    if [ -z "$oldest" ] || [ "$2" -lt "$oldest" ]; then program=$pid oldest=$2; fi
  done
}

# What comes before the program waits for it: until then there is nobody to take it.
pass_signal() {
  find_program
  tries=100
  while [ -z "$program" ] && [ "$tries" -gt 0 ] && command -v setsid >/dev/null; do
    sleep 0.05
    tries=$((tries - 1))
    find_program
  done
  if [ -n "$program" ]; then
    kill -s "$1" -- "-$program" 2>/dev/null
  elif [ -n "$alone" ]; then
    kill -s "$1" "$alone" 2>/dev/null
  fi
}

if [ -d "$run" ]; then
  hand_on_probes &
  relay=$!
fi
while read -r word text; do
  case $word in
    look) answer ;;
    signal) pass_signal "$text" ;;
    kill) kill -s KILL -- -1 ;;
  esac
done
[ -n "${relay-}" ] && kill "$relay" 2>/dev/null
exit 0
