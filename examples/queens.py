"""Places queens on a board by recursive search: branching recursion, CPU only."""

import sys


def place(size, row, columns, rising, falling):
    if row == size:
        return 1
    found = 0
    for column in range(size):
        if column in columns or row + column in rising or row - column in falling:
            continue
        found += place(
            size,
            row + 1,
            columns | {column},
            rising | {row + column},
            falling | {row - column},
        )
    return found


size = int(sys.argv[1]) if len(sys.argv) > 1 else 9
print(f"{place(size, 0, frozenset(), frozenset(), frozenset())} ways to place {size} queens")
