#!/bin/sh
# Compresses, waits, compresses.
for round in 1 2 3 4; do
  head -c 12000000 /dev/zero | tr '\0' 'a' | gzip -9 | wc -c
  sleep 0.3
done
