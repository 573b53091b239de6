"""Dicts, strings and sorting."""
counts = {}
for i in range(24_000_000):
    word = "w%d" % (i * 7919 % 20011)
    counts[word] = counts.get(word, 0) + 1
print(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:3])
