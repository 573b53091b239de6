#!/bin/sh
# Waits for a file that another part of it writes.
(sleep 2; echo ready > flag) &
until [ -s flag ]; do
  sleep 0.1
done
seq 1 2000000 | awk '{ s += $1 } END { print s }'
