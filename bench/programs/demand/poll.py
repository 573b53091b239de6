"""Looks every now and then whether there is work, which there is not."""
import queue

jobs = queue.Queue()
for _ in range(12):
    try:
        jobs.get(timeout=0.25)
    except queue.Empty:
        pass
