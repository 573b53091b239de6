// A table that doubles again and again.
const seen = new Map();
for (let i = 0; i < 3_000_000; i++) seen.set(i, i);
console.log(seen.size);
