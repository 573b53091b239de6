// Maps, strings and sorting.
const counts = new Map();
for (let i = 0; i < 32_000_000; i++) {
  const word = 'w' + ((i * 7919) % 20011);
  counts.set(word, (counts.get(word) ?? 0) + 1);
}
console.log([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3));
