// Tries again with growing pauses, and works a little each time.
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let sum = 0;
for (let attempt = 0; attempt < 6; attempt++) {
  for (let i = 0; i < 20_000_000; i++) sum += i % 7;
  await pause(50 * 2 ** attempt);
}
console.log(sum);
