#!/bin/sh
# Process 1 of the tests' second machine: a User Mode Linux kernel whose root is the host's root,
# mounted read-only. Makes the little that is writable, a cgroup v2 hierarchy and a user, runs the
# job in the project folder, leaves its exit code in the host's folder and powers off.
# In: LIMBER_PROJECT, LIMBER_OUT (paths on the host), LIMBER_DEADLINE_SECONDS; $@ is the job.
set -u
power_off() { sync; echo o >/proc/sysrq-trigger; sleep 60; }

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts -o ptmxmode=0666 devpts /dev/pts
[ -e /dev/fd ] || { ln -s /proc/self/fd /dev/fd; ln -s fd/0 /dev/stdin; ln -s fd/1 /dev/stdout; ln -s fd/2 /dev/stderr; }

# The project first, at a path that any user may enter: its own may lie below /tmp or /root, and the
# next lines cover /tmp.
mount -t tmpfs tmpfs /srv
mkdir /srv/limber
mount --bind "$LIMBER_PROJECT" /srv/limber
for folder in /run /home /var/tmp /tmp /dev/shm; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
chmod 755 /run /home
mkdir -p /run/limber-host /run/lock /home/root /home/limber
mount -t hostfs -o "$LIMBER_OUT" none /run/limber-host

# A kernel that powers off by itself, should whoever started it no longer be there to end it.
( sleep "$LIMBER_DEADLINE_SECONDS"; echo 'uml: the deadline is over'; power_off ) &

# PSI is not compiled in; cpuset exists without a second CPU. A controller can only be enabled
# below once it is enabled here.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
echo '+cpu +memory +io +pids' >/sys/fs/cgroup/cgroup.subtree_control

# The kernel loads what is asked of it (overlay, veth, tbf, nf_tables, …) through this helper,
# since Debian keeps the modules of this kernel outside /lib/modules.
mkdir -p /run/uml/lib
ln -s /usr/lib/uml/modules /run/uml/lib/modules
printf '#!/bin/sh\nexec modprobe -d /run/uml "$@"\n' >/run/uml/modprobe
chmod 755 /run/uml/modprobe
echo /run/uml/modprobe >/proc/sys/kernel/modprobe
export PATH=/srv/limber/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Asked for by opening a device or by mounting in a user namespace, where nothing is loaded on demand.
/run/uml/modprobe -a tun overlay
chmod 666 /dev/net/tun

# An ordinary user with a home; see as-user.sh.
sed '$a limber:x:4242:4242::/home/limber:/bin/sh' /etc/passwd >/run/uml/passwd
sed '$a limber:x:4242:' /etc/group >/run/uml/group
mount --bind /run/uml/passwd /etc/passwd
mount --bind /run/uml/group /etc/group
chown 4242:4242 /home/limber

echo uml >/proc/sys/kernel/hostname
ip link set lo up
export HOME=/home/root TERM=dumb LIMBER_TEST_CACHE=/tmp/vitest VITEST_FS_MODULE_CACHE_PATH=/tmp/vitest/modules
cd /srv/limber

echo LIMBER-JOB-BEGINS
# Through a pipe, since a job that sees a terminal draws on it.
{ "$@" </dev/null; echo $? >/run/uml/exit-code; } 2>&1 | cat
echo LIMBER-JOB-ENDED
cp /run/uml/exit-code /run/limber-host/exit-code
power_off
