// Steady growth in a loop with a known bound.
function load(count) {
  const kept = [];
  for (let i = 0; i < count; i++) {
    kept.push(Buffer.alloc(400_000, i));
    const end = performance.now() + 2;
    while (performance.now() < end);
  }
  return kept.length;
}
console.log(load(700));
