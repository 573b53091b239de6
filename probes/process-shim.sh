#!/bin/sh
# Starts one program in its sandbox, waits for it, and leaves its exit code behind for whoever asks,
# so that the program outlives the controller that started it.
#
#   process-shim.sh STATE_FOLDER COMMAND [ARG…]
#
# Runs in a mount namespace of its own: the mounts made here vanish with it, however it ends.
# STATE_FOLDER holds what the controller prepared:
#   procs        cgroup.procs files to enter, one a line
#   tmp-bytes    size of the private /tmp
#   lower-path   folder to show copy-on-write in merged/ (absent: none)
#   upper-path   where its changes go
#   netns-path   network namespace to enter (absent: bubblewrap makes an empty one)
#   bwrap.args   NUL-separated arguments of bubblewrap
#   seccomp.bpf  system call filter
# and receives: info (JSON status of bubblewrap), tmp-usage, exit, error.
set -u
state=$1
shift

fail() {
  printf '%s\n' "$1" >"$state/error"
  exit 125
}

cd "$state" || exit 125

mount -t tmpfs -o "size=$(cat tmp-bytes),mode=1777,nosuid,nodev" tmpfs tmp 2>mount-error ||
  fail "cannot mount /tmp: $(cat mount-error)"

if [ -f lower-path ]; then
  # Bound to fixed names first: overlay options cannot express paths with commas and colons.
  if mount --bind "$(cat lower-path)" lower 2>mount-error &&
    mount --bind "$(cat upper-path)" upper 2>>mount-error &&
    mkdir -p upper/files upper/scratch &&
    layers='lowerdir=lower,upperdir=upper/files,workdir=upper/scratch' &&
    # Without privileges overlayfs keeps its marks in user.* attributes.
    { mount -t overlay -o "$layers" overlay merged || mount -t overlay -o "$layers,userxattr" overlay merged; } 2>>mount-error; then
    : >overlay-mounted
  else
    mkdir -p upper/files && mount --bind upper/files merged 2>>mount-error ||
      fail "cannot make the work folder: $(cat mount-error)"
  fi
fi

enter_network=''
[ -f netns-path ] && enter_network="nsenter --net=$(cat netns-path) --"

(
  # 0 stands for the writing process: everything from here on is under the instance's limits.
  while IFS= read -r procs; do
    echo 0 >"$procs" || fail "cannot enter $procs"
  done <procs
  exec $enter_network bwrap --args 8 --json-status-fd 7 --seccomp 9 -- "$@" \
    7>info 8<bwrap.args 9<seccomp.bpf
)
code=$?

stat -f -c '%b %f %S' tmp >tmp-usage 2>/dev/null
printf '%s\n' "$code" >exit.new && mv exit.new exit
exit "$code"
