#!/bin/sh
# Starts one program in its sandbox, waits for it, and leaves its exit code behind for whoever asks,
# so that the program outlives the controller that started it.
#
#   process-shim.sh STATE_FOLDER COMMAND [ARG…]
#
# Runs in a mount namespace of its own: the mounts made here vanish with it, however it ends.
# STATE_FOLDER holds what the controller prepared:
#   procs        cgroup.procs files to enter, one a line
#   fstab        the private /tmp, and what lower/ and upper/ show, as fstab(5) has it
#   is-overlaid  lower/ is shown copy-on-write in merged/, its changes go to upper/ (absent: not)
#   netns-path   network namespace to enter (absent: bubblewrap makes an empty one)
#   bwrap.args   NUL-separated arguments of bubblewrap
#   seccomp.bpf  system call filter
#   close.args   arguments that make bubblewrap close what the caller left open (absent: nothing)
#   output       how much of the output is kept, and where, a line each: blocks, stdout, stderr (absent:
#                whoever started the shim reads the FIFOs stdout and stderr)
#   input        FIFO that is the program's standard input, to be kept open (absent: it is not)
# and receives: shim-pid, info (JSON status of bubblewrap), keepers and input-holder (process ids), tmp-usage,
# exit, error.
set -u
state=$1
shift

fail() {
  printf '%s\n' "$1" >"$state/error"
  exit 125
}

# The program is to the kernel whom Limber runs as, and an owner may change the mode of what is theirs
# wherever a mount lets them write: of bubblewrap by /proc/1/exe, of the host's device nodes below
# /dev. Seen through read-only mounts they stay as they are; devices can still be written to.
guard_host() {
  bwrap_path=$(command -v bwrap) || fail 'bwrap (package bubblewrap) is not installed'
  [ -O "$bwrap_path" ] && printf '%s %s none bind,ro 0 0\n' "$bwrap_path" "$bwrap_path" >>fstab
  if [ -O /dev/null ]; then
    # By its name it is there already, so it would be left out of the others.
    mount --rbind -o ro /dev /dev || fail 'cannot protect /dev'
  fi
}

# All that can be mounted by one process: starting one costs more than the mount.
mount_folders() {
  problem=$(mount --all --fstab "$state/fstab" 2>&1) || fail "cannot mount the sandbox's folders: $problem"
}

overlay() {
  layers='lowerdir=lower,upperdir=upper/files,workdir=upper/scratch'
  # Without privileges overlayfs keeps its marks in user.* attributes.
  mount -t overlay -o "$layers" overlay merged 2>mount-error ||
    mount -t overlay -o "$layers,userxattr" overlay merged 2>>mount-error ||
    mount --bind upper/files merged 2>>mount-error ||
    fail "cannot make the work folder: $(cat mount-error)"
}

# What the caller opened to be read could be opened again for writing through /proc/self/fd/0. The
# program gets the same file through a read-only mount; where that cannot be had (deleted, read in
# part already, a block device), through a pipe.
guard_stdin() {
  [ -d /proc/self/fd/0 ] && fail 'the standard input is a folder'
  if [ /proc/self/fd/0 -ef /dev/null ]; then
    exec </dev/null
  elif [ -f /proc/self/fd/0 ]; then
    if is_at_start && show_stdin; then exec <stdin; else piped=yes; fi
  elif [ -b /proc/self/fd/0 ]; then
    piped=yes
  elif [ -t 0 ]; then
    if show_stdin; then exec <>stdin; fi
  fi
}

is_at_start() {
  exec 3<&0
  read -r _ offset </proc/self/fdinfo/3
  exec 3<&-
  [ "$offset" = 0 ]
}

# The same file, and not what has taken its name since.
show_stdin() {
  : >stdin
  mount --bind -o ro "$(readlink /proc/self/fd/0)" stdin 2>/dev/null &&
    [ stdin -ef /proc/self/fd/0 ] && [ -r stdin ]
}

# 0 stands for the writing process: everything from here on is under the instance's limits.
enter_limits() {
  while IFS= read -r procs; do
    echo 0 >"$procs" || fail "cannot enter $procs"
  done <procs
}

# The program has real pipes, and what it writes is kept by processes that nobody but the shim waits
# for. The shim itself has write ends, so that opening does not wait for one.
keep_output() {
  { IFS= read -r blocks && IFS= read -r stdout_path && IFS= read -r stderr_path; } <output
  exec 5<stdout 6<stderr
  keep "$stdout_path" <&5 &
  keepers=$!
  keep "$stderr_path" <&6 &
  keepers="$keepers $!"
  exec 5<&- 6<&-
  printf '%s\n' "$keepers" >keepers
}

# The limit is the kernel's: it ends who writes beyond it.
keep() {
  exec 5<&- 6<&-
  ulimit -f "$blocks"
  exec cat >>"$1" 2>/dev/null
}

# The exit code is the last word: what comes before it is complete.
end_output() {
  exec >/dev/null 2>&1
  for keeper in $keepers; do wait "$keeper"; done
}

# Starting a process to ask how full an empty folder is takes longer than to see that it is.
is_used() {
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    [ -e "$entry" ] || [ -L "$entry" ] && return 0
  done
  return 1
}

hold_input() {
  sleep infinity >input 2>/dev/null &
  holder=$!
  printf '%s\n' "$holder" >input-holder
}

exec_sandbox() {
  exec "$@" 7>info 8<bwrap.args 9<seccomp.bpf
}

cd "$state" || exit 125
echo $$ >shim-pid
# bubblewrap closes what is named in close.args; here it is what has a single digit.
exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
close_args=''
[ -f close.args ] && IFS= read -r close_args <close.args
piped=no
keepers=''
holder=''
[ -f output ] && keep_output
[ -p input ] && hold_input

guard_host
mount_folders
[ -f is-overlaid ] && overlay

enter_network=''
[ -f netns-path ] && enter_network="nsenter --net=$(cat netns-path) --"

# In a process of its own: the shim leads a session, and a terminal that it opens would become its.
(
  enter_limits
  guard_stdin
  set -- $enter_network bwrap $close_args --args 8 --json-status-fd 7 --seccomp 9 -- "$@"
  if [ "$piped" = yes ]; then
    cat | exec_sandbox "$@"
  else
    exec_sandbox "$@"
  fi
)
code=$?

# It has ended by itself where its input was closed; what is said of that would stand in the output.
[ -n "$holder" ] && kill "$holder" 2>/dev/null
[ -n "$keepers" ] && end_output
is_used tmp && stat -f -c '%b %f %S' tmp >tmp-usage 2>/dev/null
# Complete with its end of line: a file made elsewhere first would cost a process to move it.
printf '%s\n' "$code" >exit
exit "$code"
