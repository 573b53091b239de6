"""Takes memory, gives it back, and takes it again."""
import time

def batch(megabytes):
    block = bytearray(megabytes * 1_000_000)
    for at in range(0, len(block), 4096):
        block[at] = 1
    time.sleep(0.25)

for _ in range(8):
    batch(180)
    time.sleep(0.35)
