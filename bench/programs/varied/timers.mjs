// Waits and computes in turn.
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const think = (ms) => {
  const end = performance.now() + ms;
  let x = 0;
  while (performance.now() < end) x += Math.sqrt(x);
  return x;
};
for (let k = 0; k < 8; k++) {
  await wait(350);
  think(180);
}
