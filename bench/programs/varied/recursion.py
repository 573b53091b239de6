"""Branching recursion, deep and wide."""
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)

def tree(depth):
    return None if depth == 0 else [tree(depth - 1), tree(depth - 1)]

print(ways(27))
kept = tree(20)
print(ways(26))
