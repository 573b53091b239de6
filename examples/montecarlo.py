"""Estimates pi and the spread of the estimate: CPU only, almost no memory."""

import random
import sys


def estimate(samples, seed):
    rng = random.Random(seed)
    inside = 0
    for _ in range(samples):
        x, y = rng.random(), rng.random()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4.0 * inside / samples


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    estimates = [estimate(200_000, seed) for seed in range(rounds)]
    mean = sum(estimates) / rounds
    spread = (sum((value - mean) ** 2 for value in estimates) / rounds) ** 0.5
    print(f"pi is about {mean:.4f} +- {spread:.4f}")


main()
