#!/bin/sh
# Numbers through sort and uniq, with waits between.
for round in 1 2 3; do
  seq 1 400000 | awk '{ print $1 % 997 }' | sort -n | uniq -c | tail -1
  sleep 0.4
done
