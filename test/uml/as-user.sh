#!/bin/sh
# Runs a command inside User Mode Linux as an ordinary user who owns a delegated cgroup v2 subtree,
# as `systemd-run --user --scope -p Delegate=yes` gives: everything from user@4242.service down is
# the user's, and the command itself sits in the scope.
# Usage (as root): as-user.sh COMMAND ARGUMENTS…
set -eu
uid=4242
slice=/sys/fs/cgroup/user.slice/user-$uid.slice
service=$slice/user@$uid.service
scope=$service/app.slice/run-$$.scope

mkdir -p "$scope"
for folder in /sys/fs/cgroup/user.slice "$slice" "$service" "$service/app.slice"; do
  echo '+cpu +memory +io +pids' >"$folder/cgroup.subtree_control"
done
# What systemd hands over with Delegate=: the folder and the files of /sys/kernel/cgroup/delegate;
# the limits of the service itself stay root's.
chown $uid:$uid "$service"
while read -r file; do
  [ ! -e "$service/$file" ] || chown $uid:$uid "$service/$file"
done </sys/kernel/cgroup/delegate
chown -R $uid:$uid "$service/app.slice"

mkdir -p /run/user/$uid
chown $uid:$uid /run/user/$uid
chmod 700 /run/user/$uid
echo $$ >"$scope/cgroup.procs"
export HOME=/home/limber USER=limber LOGNAME=limber XDG_RUNTIME_DIR=/run/user/$uid
exec setpriv --reuid=$uid --regid=$uid --clear-groups --inh-caps=-all -- "$@"
