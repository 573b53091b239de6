"""Writes, reads and joins files; never sleeps."""
for name in range(20):
    with open(f"part{name}", "w") as out:
        out.writelines(f"{i},{i * name}\n" for i in range(60_000))
total = 0
for name in range(20):
    with open(f"part{name}") as rows:
        for row in rows:
            total += int(row.split(",")[1])
print(total)
