// Builds and sorts many texts.
const words = [];
for (let i = 0; i < 700_000; i++) words.push(`${(i * 7919) % 1_000_003} ${i}`);
words.sort();
console.log(words[0], words.join('').length);
