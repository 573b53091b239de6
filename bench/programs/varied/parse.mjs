// Makes, parses and sorts JSON.
const text = JSON.stringify(
  Array.from({ length: 250_000 }, (_, i) => ({ id: i, value: (i * 7919) % 10007 })),
);
for (let k = 0; k < 4; k++) JSON.parse(text).sort((a, b) => a.value - b.value);
