"""Waits, then at random computes or allocates, and reports every burst and every stall in it.

A gap between two steps of a burst that should take microseconds is time in which the program was
held up: throttled, stalled for memory, or preempted by another program. A stall is a voluntary
context switch, which sets it apart; throttling and preemption look alike from here. Times are those of
CLOCK_MONOTONIC in nanoseconds, which is also the clock of Node's process.hrtime.
Usage: restless.py SEED SECONDS PROCS_FILE...
"""
import json
import mmap
import random
import resource
import sys
import time

GAP_NS = 4_000_000
STEP_BYTES = 64 * 1024
clock = time.monotonic_ns


def compute(end_ns, gaps):
    last = clock()
    while last < end_ns:
        now = clock()
        if now - last > GAP_NS:
            gaps.append((last, now))
        last = now


def sleeps():
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw


def allocate(size, gaps):
    block = b"\x01" * STEP_BYTES
    slept = sleeps()
    with mmap.mmap(-1, size) as memory:
        last = clock()
        for offset in range(0, size, STEP_BYTES):
            memory[offset : offset + STEP_BYTES] = block
            now = clock()
            if now - last > GAP_NS and sleeps() > slept:
                gaps.append((last, now))
                slept = sleeps()
            last = now
        time.sleep(0.05)


def main():
    chance = random.Random(int(sys.argv[1]))
    end = clock() + int(float(sys.argv[2]) * 1e9)
    for path in sys.argv[3:]:
        with open(path, "w") as procs:
            procs.write("0")
    print(json.dumps({"kind": "ready"}), flush=True)
    while clock() < end:
        time.sleep(chance.uniform(0.05, 2))
        kind = chance.choice(("cpu", "memory"))
        gaps = []
        began = clock()
        if kind == "cpu":
            compute(began + int(chance.uniform(0.05, 0.4) * 1e9), gaps)
        else:
            allocate(chance.randrange(32, 320) * 2**20, gaps)
        burst = {"kind": kind, "began": began, "ended": clock(), "gaps": gaps}
        print(json.dumps(burst), flush=True)


main()
