'use strict';
const fs = require('node:fs');
const { workerData } = require('node:worker_threads');
const { busyBetween, ownMs, readClocks } = require('./clocks.cjs');
const { openConnection } = require('./connection.cjs');
const { readFrames } = require('./frames.cjs');
const { glance, heapOf } = require('./glance.cjs');
const { openMessages } = require('./messages.cjs');
const { openPause } = require('./pause.cjs');
const { openPauses } = require('./pauses.cjs');
const { openRounds } = require('./rounds.cjs');
const { CALLS, CLAIMED, CONNECTED, HANDLES, STOP, WORKERS } = require('./shared.cjs');
const { takeDelayMs } = require('./turns.cjs');

const LOOK_MS = 50;
/** Of the time, for looks: a glance takes some 1 ms of CPU in all, one that stops the program some 15. */
const SHARE = 0.004;
/** A program that lasts makes up for what the start of this thread took. */
const LASTING_MS = 10_000;
const SHARE_OF_LASTING = 0.002;
/** The thread that is looked at pays as much. */
const BOTH = 2;
const LONGEST_BETWEEN_MS = 1000;
/** Until the main thread has taken note of the end of a session. */
const SETTLE_MS = 3;
const WAITING_MS = 1000;
/** A program that has waited for so long is asked half as often. */
const LONG_MS = 1000;
const BUSY = 0.05;
const COMPUTING = 0.5;

const { path, planPath, folder, isInspected, ownModules, shared } = workerData;
// Until then nobody may look, and there is no plan.
Atomics.wait(shared, CLAIMED, 0);
const send = openMessages(path);
const connection = openConnection();
const plan = readPlan();
const { pause, nextRound } = openPause(connection, { plan, folder, ownModules });
const rounds = openRounds({ plan, folder, shared });
const pauses = openPauses(plan);

let clocks = readClocks();
let ranMs = clocks.atMs;
let stack = [];
let told = { state: '', atMs: 0, calls: 0 };
let heap = {};
/** What a look takes that does not stop the program. */
let glanceMs = 0.5;
let isStopped = false;
let threads = 1;
let hasWebAssembly = false;
/** The last look at the main thread found none of the program's own functions at work. */
let isOnlyTurning = false;

function readPlan() {
  try {
    const { v, files } = JSON.parse(fs.readFileSync(planPath, 'utf8'));
    return v === 1 ? files : {};
  } catch {
    return {};
  }
}

function beat() {
  const now = readClocks();
  const busy = busyBetween(clocks, now);
  clocks = now;
  const isLooked = !isInspected && Atomics.load(shared, STOP) === 0;
  const doWorkersRun = busy.others > BUSY && Atomics.load(shared, WORKERS) > 0;
  // A main thread that only waits for its turn on a busy machine is not what runs.
  const doesMainRun = busy.ran > BUSY || (busy.main > BUSY && !doWorkersRun);
  // What was asked of a thread that has gone to sleep is answered when it wakes.
  const mayAwait = !doWorkersRun && (!doesMainRun || (isOnlyTurning && busy.ran < COMPUTING));
  if (isLooked && mayAwait && rounds.areDue())
    return void look(lookAtRound, doesMainRun ? 'running' : 'waiting').catch(() => {});
  if (doesMainRun || doWorkersRun) ranMs = now.atMs;
  if (isLooked && doesMainRun) return void look(lookAtMain).catch(() => {});
  if (isLooked && doWorkersRun) return void look(lookAtWorkers).catch(() => {});
  if (!doesMainRun) tellWaiting();
  schedule(now.atMs - ranMs > LONG_MS ? 2 * LOOK_MS : LOOK_MS);
}

/** One look, within a connection of its own. */
async function look(lookAt, state = 'running') {
  Atomics.store(shared, CONNECTED, 1);
  if (Atomics.load(shared, STOP) === 1) return void Atomics.store(shared, CONNECTED, 0);
  const spentMs = ownMs();
  connection.connect();
  try {
    const workers = Atomics.load(shared, WORKERS) === 0 ? [] : await connection.workers();
    threads = 1 + workers.length;
    const found = await lookAt(workers);
    if (found === undefined) return tellWaiting();
    const { isOwn, ...seen } = found;
    if (lookAt !== lookAtRound) isOnlyTurning = !isOwn;
    if (seen.loops?.length > 0) rounds.saw(seen);
    tell(state, isOwn ? seen : rounds.goesOn(seen), (ownMs() - spentMs) * BOTH);
    stack = seen.stack;
  } finally {
    connection.disconnect();
    setTimeout(() => Atomics.store(shared, CONNECTED, 0), SETTLE_MS);
    // How often the program is stopped has a rule of its own.
    if (!isStopped) glanceMs = ownMs() - spentMs;
    isStopped = false;
    const share = performance.now() < LASTING_MS ? SHARE : SHARE_OF_LASTING;
    const betweenMs = (glanceMs * BOTH) / share;
    schedule(Math.min(LONGEST_BETWEEN_MS, Math.max(LOOK_MS, betweenMs)));
  }
}

/** What stands in its variables is read now and then, where it is, in between. */
async function lookAtMain(workers) {
  const isDue = !hasWebAssembly && pauses.isDue(heldBytes());
  isStopped = isDue;
  const found = isDue ? await pause() : undefined;
  if (isDue) hasWebAssembly = found === undefined;
  const frames = found === undefined && glance(connection.post);
  await readHeaps([connection.post, ...workers]);
  if (found === undefined) return pauses.between(placesOf(await frames));
  pauses.saw(found, heldBytes());
  return found;
}

/** Where a program that waits in a loop has come, when its next round begins. */
async function lookAtRound() {
  isStopped = true;
  const found = hasWebAssembly ? undefined : await nextRound(rounds.loops, rounds.end());
  if (found === undefined) rounds.missed();
  return found;
}

/** The first worker that runs code of the program stands for it; undefined when none does. */
async function lookAtWorkers(workers) {
  if (workers.length === 0) return undefined;
  await readHeaps([connection.post, ...workers]);
  for (const post of workers) {
    const found = placesOf(await glance(post));
    if (found.isOwn) return { ...found, containers: [], loops: [] };
  }
  return undefined;
}

function placesOf(frames) {
  const { own, ...places } = readFrames(frames, folder, plan);
  return { ...places, isOwn: own.length > 0 };
}

async function readHeaps(posts) {
  const heaps = await Promise.all(posts.map(heapOf));
  const sum = (name) => heaps.reduce((total, each) => total + each[name], 0);
  heap = { heapBytes: sum('heapBytes'), externalBytes: sum('externalBytes') };
}

const heldBytes = () => (heap.heapBytes ?? 0) + (heap.externalBytes ?? 0);

function tellWaiting() {
  const changed = told.state !== 'waiting' || Atomics.load(shared, CALLS) !== told.calls;
  if (!changed && performance.now() - told.atMs < WAITING_MS) return;
  const nothing = { stack, depth: stack.length, recursion: [], containers: [], loops: [] };
  tell('waiting', rounds.goesOn(nothing), 0);
}

function tell(state, found, tookMs) {
  const underWay = Atomics.load(shared, CALLS);
  told = { state, atMs: performance.now(), calls: underWay };
  const loopDelayMs = takeDelayMs(shared);
  const runtime = { threads, ...heap, loopDelayMs, handles: Atomics.load(shared, HANDLES) };
  const fields = { kind: 'at', state, ...found, runtime, tookUs: Math.round(tookMs * 1000) };
  // Which calls are under way, the threads that make them tell; that none is, is certain here.
  if (underWay === 0) fields.calls = [];
  while (!send(fields) && fields.stack.length > 1) {
    fields.stack = fields.stack.slice(0, fields.stack.length >> 1);
    if (fields.containers !== undefined) fields.containers = [];
  }
}

function schedule(ms) {
  setTimeout(() => beat(), ms);
}

// An answer of the inspector that is on its way does not keep a thread alive.
setInterval(() => {}, 60_000);
schedule(10);
