"""Steady growth in a loop with a known bound."""
import time

def load(count):
    rows = []
    for i in range(count):
        rows.append(bytearray(400_000))
        if i % 4 == 0:
            time.sleep(0.003)
    return rows

print(len(load(900)))
