"""
Waits until argv[1] (seconds since the epoch), then counts until argv[2] seconds after that; prints the count and
the CPU seconds that it took. Whoever wakes late from waiting has less: a race ends for all at once.
"""
import sys
import time

start = float(sys.argv[1])
if time.time() > start:
    sys.exit("compete.py: started %.1f s too late for the race" % (time.time() - start))
while time.time() < start:
    time.sleep(min(0.05, max(0.0, start - time.time())))
began = time.thread_time()
end = start + float(sys.argv[2])
count = 0
while time.time() < end:
    for _ in range(1000):
        count += 1
print(count, time.thread_time() - began, flush=True)
