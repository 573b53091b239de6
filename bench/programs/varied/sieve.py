"""Memory whose size is an argument, then arithmetic on it."""
def primes(limit):
    marks = bytearray([1]) * (limit + 1)
    for i in range(2, int(limit**0.5) + 1):
        if marks[i]:
            marks[i * i :: i] = bytes(len(range(i * i, limit + 1, i)))
    return sum(marks) - 2

print(primes(60_000_000))
