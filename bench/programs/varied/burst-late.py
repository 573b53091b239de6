"""Idles, then computes: the end of a wait is in the code."""
import time

def think(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(3000))

for _ in range(7):
    time.sleep(0.45)
    think(0.2)
