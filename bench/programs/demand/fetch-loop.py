"""Fetches one part after the other and counts what is in it."""
import collections, sys, urllib.request

seen = collections.Counter()
for part in range(8):
    with urllib.request.urlopen(sys.argv[1]) as answer:
        seen.update(answer.read()[:200_000])
print(seen.most_common(2))
