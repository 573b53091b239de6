"""Wakes often for a little work."""
import time
for _ in range(50):
    time.sleep(0.06)
    sum(range(300_000))
