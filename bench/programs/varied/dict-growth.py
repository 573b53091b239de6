"""A table that doubles again and again."""
seen = {}
for i in range(3_500_000):
    seen[i] = i
print(len(seen))
