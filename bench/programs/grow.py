"""Grows from nothing to MEGABYTES at full speed, holds it for a moment and ends."""

import sys
import time

BLOCK = 4 * 2**20

began = time.monotonic()
blocks = [bytearray(b"\x01") * BLOCK for _ in range(int(sys.argv[1]) * 10**6 // BLOCK)]
print(f"{time.monotonic() - began:.4f}", flush=True)
time.sleep(0.1)
