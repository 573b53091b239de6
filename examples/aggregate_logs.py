"""Counts requests, bytes and slow paths of an access log: memory grows with the paths seen.

Without a file name it writes itself a log of 400,000 lines first.
"""

import collections
import random
import sys


def write_log(path, lines=400_000):
    rng = random.Random(1)
    with open(path, "w") as log:
        for number in range(lines):
            client = f"10.0.{rng.randrange(256)}.{rng.randrange(256)}"
            page = f"/item/{rng.randrange(50_000)}"
            log.write(f"{client} {number} GET {page} {rng.randrange(100_000)} {rng.random():.3f}\n")


def aggregate(path):
    counts = collections.Counter()
    size_by_client = collections.defaultdict(int)
    times_by_page = collections.defaultdict(list)
    with open(path) as log:
        for line in log:
            client, _, _, page, size, seconds = line.split()
            counts[page] += 1
            size_by_client[client] += int(size)
            times_by_page[page].append(float(seconds))
    return counts, size_by_client, times_by_page


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "access.log"
    if len(sys.argv) == 1:
        write_log(path)
    counts, size_by_client, times_by_page = aggregate(path)
    slowest = max(times_by_page, key=lambda page: sum(times_by_page[page]) / len(times_by_page[page]))
    print(f"{sum(counts.values())} requests, {len(size_by_client)} clients, slowest page {slowest}")
    for page, count in counts.most_common(3):
        print(f"  {page} {count}")


main()
