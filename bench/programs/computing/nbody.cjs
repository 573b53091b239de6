// Arithmetic on floats and fields.
const bodies = Array.from({ length: 5 }, (_, i) => ({ x: i * 1.5, v: i * 0.1, m: 1 + i }));
for (let round = 0; round < 72_000_000; round++) {
  for (const a of bodies) {
    let force = 0;
    for (const b of bodies)
      if (a !== b) {
        const d = b.x - a.x;
        force += (b.m / (d * d + 0.01)) * (d > 0 ? 1 : -1);
      }
    a.v += force * 1e-6;
  }
  for (const a of bodies) a.x += a.v * 1e-6;
}
console.log(bodies.reduce((sum, { x }) => sum + x, 0).toFixed(9));
