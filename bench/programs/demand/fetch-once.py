"""One small request, then arithmetic."""
import sys, urllib.request

size = len(urllib.request.urlopen(sys.argv[1], timeout=20).read())
total = 0
for i in range(9_000_000):
    total += i % (size + 7)
print(total)
