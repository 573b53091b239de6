'use strict';
const { getEnvironmentData, setEnvironmentData, Worker } = require('node:worker_threads');
const fs = require('node:fs');
const { dirname, join, relative } = require('node:path');
const { watchCalls } = require('./calls.cjs');
const { openMessages } = require('./messages.cjs');
const { heedCalls, heedEvents } = require('./endings.cjs');
const { CLAIMED, LENGTH } = require('./shared.cjs');
const { TICK_MS, watchTurns } = require('./turns.cjs');

/** Somebody else inspects, or Node has made no inspector (`should_create_inspector` in src/env-inl.h). */
const NOT_OURS = /--(inspect|test|watch)/;
/** Under this name the program's workers find what they share with the looking thread. */
const SHARED = 'limber.probe';
/** What nobody has planned to look at, or what is brief by its code, is looked at when it has lived for so long. */
const LATE_MS = 100;

/**
 * The looks are taken by a thread of their own, so that a program that computes is seen, too. To start it
 * takes as much as to start Node: brief commands that the program runs (`npm`, `npx`) go without.
 */
function start() {
  const path = process.env.LIMBER_PROBE;
  const send = openMessages(path);
  const isWarm = process.env.LIMBER_WARM !== undefined;
  const told = !isWarm && tellStart(send);
  if (!isWarm && !told) return;
  const shared = new Int32Array(new SharedArrayBuffer(4 * LENGTH));
  Atomics.store(shared, CLAIMED, isWarm ? 0 : 1);
  const lookAtCalls = watchCalls(send, shared);
  const own = { worker: undefined };
  const settings = settingsOf(path, shared);
  const look = () => {
    own.worker = startLooking(settings);
  };
  if (isWarm || isPlanned(settings)) look();
  else setTimeout(quietly, LATE_MS, look).unref();
  heedEvents(shared, own);
  heedCalls(shared);
  // From here on: the looking thread has been started before.
  setEnvironmentData(SHARED, shared);
  if (isWarm) {
    require('./warm.cjs').wait(dirname(path), send);
    tellStart(send);
    Atomics.store(shared, CLAIMED, 1);
    Atomics.notify(shared, CLAIMED);
  }
  watchTurns(shared, lookAtCalls);
}

/** It is the program whose code was read, not a command that this one runs; and its code may last. */
function isPlanned({ planPath, folder }) {
  const { [1]: script = '' } = process.argv;
  try {
    const { files } = JSON.parse(fs.readFileSync(planPath, 'utf8'));
    const name = [script, relative(folder, script)].find((known) => Object.hasOwn(files, known));
    return name !== undefined && files[name].isBrief !== true;
  } catch {
    return false;
  }
}

function quietly(act) {
  try {
    act();
  } catch {
    // No thread can be had: the program is not looked at.
  }
}

function tellStart(send) {
  const { ppid, versions } = process;
  return send({ kind: 'start', language: 'node', version: versions.node, ppid });
}

/** Of the process as it begins: the program may change its folder and its arguments. */
function settingsOf(path, shared) {
  return {
    path,
    planPath: join(dirname(path), 'plan.json'),
    folder: `${process.cwd()}/`,
    isInspected: NOT_OURS.test([process.env.NODE_OPTIONS, ...process.execArgv].join(' ')),
    // Node strips types with a module of WebAssembly, which runs no more when the program does.
    ownModules: /\.[cm]?ts$/.test(process.argv[1] ?? '') ? 1 : 0,
    shared,
  };
}

function startLooking(workerData) {
  const worker = new Worker(join(__dirname, 'look.cjs'), {
    workerData,
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
