"""A small data job whose needs change while it runs.

It waits, computes on two processes, builds a table in memory, drops it, downloads a file when it is
given the address of a server, and waits again. Run it with:

    limber run examples/demo.py
    limber run examples/demo.py --host-port 8000 -- http://host.limber.internal:8000/bytes/200000000
"""

import sys
import time
import urllib.request
from multiprocessing import Pool

ROWS = 1_200_000


def count_primes(limit):
    found = 0
    for candidate in range(2, limit):
        divisor = 2
        while divisor * divisor <= candidate:
            if candidate % divisor == 0:
                break
            divisor += 1
        else:
            found += 1
    return found


def compute():
    with Pool(2) as pool:
        counts = pool.map(count_primes, [150_000, 150_000, 150_000, 150_000])
    return counts[0]


def build_table():
    return [(row, f"name-{row}", row * 0.5) for row in range(ROWS)]


def download(url):
    received = 0
    with urllib.request.urlopen(url) as response:
        while chunk := response.read(1 << 16):
            received += len(chunk)
    return received


def main():
    print("waiting for work", flush=True)
    time.sleep(1.0)
    print(f"primes below 150000: {compute()}", flush=True)
    table = build_table()
    print(f"table of {len(table)} rows, sum {sum(row[2] for row in table):.0f}", flush=True)
    del table
    time.sleep(1.0)
    for url in sys.argv[1:]:
        print(f"downloaded {download(url)} bytes", flush=True)
    time.sleep(2.5)
    print("done", flush=True)


if __name__ == "__main__":
    main()
