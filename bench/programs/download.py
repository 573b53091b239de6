"""Downloads MEGABYTES from the host, prints how long it took, and idles long enough to lose the rate."""

import sys
import time
import urllib.request

began = time.monotonic()
with urllib.request.urlopen(sys.argv[1], timeout=60) as response:
    while response.read(2**18):
        pass
print(f"{time.monotonic() - began:.4f}", flush=True)
time.sleep(float(sys.argv[2]))
