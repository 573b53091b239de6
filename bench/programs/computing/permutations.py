"""Lists that are turned and compared."""
def flips(order):
    times = 0
    while order[0]:
        order[: order[0] + 1] = order[order[0] :: -1]
        times += 1
    return times

import itertools
print(max(flips(list(order)) for _ in range(2) for order in itertools.permutations(range(10))))
