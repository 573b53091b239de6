"""Counts words of a file that it writes first."""
import collections, os
with open("words.txt", "w") as out:
    for i in range(400_000):
        out.write("word%d and word%d\n" % (i % 5000, i % 77))
counts = collections.Counter()
with open("words.txt") as lines:
    for line in lines:
        counts.update(line.split())
print(counts.most_common(2))
