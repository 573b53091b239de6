"""One large list whose size is in the code, some seconds after the start."""
import time
time.sleep(1.2)
rows = [0] * 60_000_000
time.sleep(0.5)
print(sum(rows[:1000]))
