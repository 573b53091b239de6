"""Loads alone, then computes in two processes, twice."""
import multiprocessing, time

def part(n):
    total = 0
    for i in range(n):
        total += i * i % 7
    return total

if __name__ == "__main__":
    for _ in range(3):
        rows = [i % 97 for i in range(1_500_000)]
        with multiprocessing.Pool(2) as pool:
            pool.map(part, [2_000_000] * 4)
        time.sleep(0.4)
