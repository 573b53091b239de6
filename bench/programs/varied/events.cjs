// A server and its clients in one process: waits, and handles in turn.
const http = require('node:http');
const work = (ms) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};
const server = http.createServer((_, answer) =>
  setTimeout(() => {
    work(60);
    answer.end('done');
  }, 250),
);
server.listen(0, '127.0.0.1', async () => {
  for (let k = 0; k < 8; k++)
    await (await fetch(`http://127.0.0.1:${server.address().port}`)).text();
  server.close();
});
