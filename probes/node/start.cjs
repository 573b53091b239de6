'use strict';
const { getEnvironmentData, setEnvironmentData, Worker } = require('node:worker_threads');
const { dirname, join } = require('node:path');
const { watchCalls } = require('./calls.cjs');
const { openMessages } = require('./messages.cjs');
const { heedCalls, heedEvents } = require('./endings.cjs');
const { CLAIMED, LENGTH } = require('./shared.cjs');
const { TICK_MS, watchTurns } = require('./turns.cjs');
const { wait } = require('./warm.cjs');

const INSPECTS = /--inspect/;
/** Under this name the program's workers find what they share with the looking thread. */
const SHARED = 'limber.probe';

/** The looks are taken by a thread of their own, so that a program that computes is seen, too. */
function start() {
  const path = process.env.LIMBER_PROBE;
  const send = openMessages(path);
  const isWarm = process.env.LIMBER_WARM !== undefined;
  const told = !isWarm && tellStart(send);
  if (!isWarm && !told) return;
  const shared = new Int32Array(new SharedArrayBuffer(4 * LENGTH));
  Atomics.store(shared, CLAIMED, isWarm ? 0 : 1);
  const lookAtCalls = watchCalls(send, shared);
  const worker = startLooking(path, shared);
  heedEvents(shared, worker);
  heedCalls(shared);
  // From here on: the looking thread has been started before.
  setEnvironmentData(SHARED, shared);
  if (isWarm) {
    wait(dirname(path), send);
    tellStart(send);
    Atomics.store(shared, CLAIMED, 1);
    Atomics.notify(shared, CLAIMED);
  }
  watchTurns(shared, lookAtCalls);
}

function tellStart(send) {
  const { ppid, versions } = process;
  return send({ kind: 'start', language: 'node', version: versions.node, ppid });
}

function startLooking(path, shared) {
  const worker = new Worker(join(__dirname, 'look.cjs'), {
    workerData: {
      path,
      planPath: join(dirname(path), 'plan.json'),
      folder: `${process.cwd()}/`,
      isInspected: INSPECTS.test([process.env.NODE_OPTIONS, ...process.execArgv].join(' ')),
      // Node strips types with a module of WebAssembly, which runs no more when the program does.
      ownModules: /\.[cm]?ts$/.test(process.argv[1] ?? '') ? 1 : 0,
      shared,
    },
    // Of its own: else the program's stdout and stderr would be opened for it.
    stdout: true,
    stderr: true,
    execArgv: [],
    env: {},
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  worker.on('error', () => {});
  worker.unref();
  return worker;
}

/** In a worker of the program, which the looking thread finds by itself: its calls are noticed. */
function startInWorker() {
  const shared = getEnvironmentData(SHARED);
  if (shared === undefined) return;
  setInterval(watchCalls(openMessages(process.env.LIMBER_PROBE), shared), TICK_MS).unref();
}

module.exports = { start, startInWorker };
