"""Two threads that take turns at a lock; one of them waits most of the time."""
import threading, time

lock = threading.Lock()

def hold(seconds):
    for _ in range(4):
        with lock:
            time.sleep(seconds)

def count():
    total = 0
    for _ in range(4):
        with lock:
            for i in range(400_000):
                total += i
    return total

other = threading.Thread(target=hold, args=(0.3,))
other.start()
count()
other.join()
