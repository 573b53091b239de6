#!/bin/sh
# Runs beside the program, in a container of its own: keeps what the program writes until the
# controller has it, however the program ends, and takes files and input in.
#
#   keep.sh
#
# LIMBER_OUTPUT_BLOCKS  most of each stream, in blocks of 512 bytes
# LIMBER_KEEP_SECONDS   how long after the program's end somebody may still ask
# LIMBER_PIPES          of probe, input: further FIFOs below /run/limber
# LIMBER_FILES          packed: the files lie in /run/limber-agent/files.tar.gz; sent: they are still
#                       to come, and whoever sends them makes /run/limber/ready after
#                       /run/limber-kept/prepared is there
# /run/limber-agent     these scripts, and what is to be found in /run/limber: probes.tar.gz as it is,
#                       each probe-NAME as NAME
set -u
agent=/run/limber-agent
run=/run/limber
kept=/run/limber-kept

keep() {
  ulimit -f "$LIMBER_OUTPUT_BLOCKS"
  exec cat <"$run/$1" >>"$kept/$1" 2>/dev/null
}

cd /work || exit 1
for pipe in stdout stderr $LIMBER_PIPES; do mkfifo -m 600 "$run/$pipe" || exit 1; done
: >"$kept/stdout" && : >"$kept/stderr" || exit 1
keep stdout &
out=$!
keep stderr &
err=$!
case " $LIMBER_PIPES " in
  # Held open: what comes while nobody listens waits, as far as a pipe reaches.
  *' probe '*) exec 3<>"$run/probe" ;;
esac
case " $LIMBER_PIPES " in
  *' input '*)
    # Until the controller says that this was all.
    sleep 2147483647 >"$run/input" &
    printf '%s\n' "$!" >"$kept/input-holder"
    ;;
esac
if [ -f "$agent/probes.tar.gz" ]; then tar -xzf "$agent/probes.tar.gz" -C "$run" || exit 1; fi
for file in "$agent"/probe-*; do
  [ -f "$file" ] && cp "$file" "$run/${file##*/probe-}"
done
: >"$kept/prepared"
if [ "$LIMBER_FILES" = packed ]; then
  [ ! -f "$agent/files.tar.gz" ] || tar -xzf "$agent/files.tar.gz" -C /work || exit 1
  : >"$run/ready"
fi
wait "$out"
wait "$err"
: >"$kept/complete"
exec sleep "$LIMBER_KEEP_SECONDS"
