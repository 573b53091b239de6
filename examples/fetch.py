"""Fetches from a server and waits between requests: network and idle time, little CPU.

    python3 examples/server.py 8000 &
    limber run examples/fetch.py --host-port 8000 -- http://host.limber.internal:8000
"""

import json
import sys
import time
import urllib.request


def get(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return response.read()


def main():
    base = sys.argv[1]
    for number in range(5):
        print(json.loads(get(f"{base}/page/{number}"))["path"], flush=True)
        time.sleep(0.2)
    print(f"{len(get(f'{base}/bytes/50000000'))} bytes in one piece")


main()
