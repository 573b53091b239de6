"""Waits until argv[1] (seconds since the epoch), then counts for argv[2] seconds; prints the count."""
import sys
import time

start = float(sys.argv[1])
if time.time() > start:
    sys.exit("compete.py: started %.1f s too late for the race" % (time.time() - start))
while time.time() < start:
    time.sleep(min(0.05, max(0.0, start - time.time())))
end = time.monotonic() + float(sys.argv[2])
count = 0
while time.monotonic() < end:
    for _ in range(1000):
        count += 1
print(count, flush=True)
