"""Calls, deep and many."""
def ack(m, n):
    return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))

import sys
sys.setrecursionlimit(20_000)
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)

print(ack(2, 300), ways(38))
