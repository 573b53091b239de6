// Several downloads under way at once, then a pause, twice.
const url = process.argv[2];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
for (let round = 0; round < 2; round++) {
  const parts = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(url)).arrayBuffer()));
  console.log(parts.reduce((sum, part) => sum + part.byteLength, 0));
  await pause(600);
}
