"""Arithmetic on floats and attributes."""
class Body:
    def __init__(self, x, v, m):
        self.x, self.v, self.m = x, v, m

bodies = [Body(i * 1.5, i * 0.1, 1 + i) for i in range(5)]
for _ in range(1_260_000):
    for a in bodies:
        force = 0.0
        for b in bodies:
            if a is not b:
                d = b.x - a.x
                force += b.m / (d * d + 0.01) * (1 if d > 0 else -1)
        a.v += force * 1e-4
    for a in bodies:
        a.x += a.v * 1e-4
print("%.9f" % sum(body.x for body in bodies))
