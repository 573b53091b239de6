"""Waits and computes in turn: SECONDS of CPU in all, in turns of PERIOD seconds (or `random`).

The work of a turn is CPU time, not wall time, so that every core-second withheld makes it longer.
"""

import random
import sys
import time

chance = random.Random(7)
left = float(sys.argv[1])


def period():
    return chance.uniform(0.03, 0.8) if sys.argv[2] == "random" else float(sys.argv[2])


while left > 0.001:
    turn = min(left, period())
    time.sleep(period() if sys.argv[2] == "random" else turn)
    until = time.process_time() + turn
    while time.process_time() < until:
        pass
    left -= turn
