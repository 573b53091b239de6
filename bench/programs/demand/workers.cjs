// Two worker threads that compute.
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
if (isMainThread) {
  for (let k = 0; k < 2; k++) new Worker(__filename).on('message', (sum) => console.log(sum));
} else {
  let sum = 0;
  for (let i = 0; i < 600_000_000; i++) sum += i % 3;
  parentPort.postMessage(sum);
}
