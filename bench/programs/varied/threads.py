"""Four threads that sleep and compress in turn; zlib leaves the interpreter's lock."""
import threading, time, zlib
data = bytes(range(256)) * 8000

def turn(times):
    for _ in range(times):
        time.sleep(0.15)
        for _ in range(4):
            zlib.compress(data, 6)

threads = [threading.Thread(target=turn, args=(6,)) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
