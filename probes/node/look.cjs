'use strict';
const fs = require('node:fs');
const { Session } = require('node:inspector');
const { workerData } = require('node:worker_threads');
const { openMessages } = require('./messages.cjs');
const { containersOf, fileOf, loopsOf, readFrames, valuesOf } = require('./frames.cjs');

const LOOK_MS = 50;
/** A look takes some 6 ms of the program's time, most of it until its code is as fast as before. */
const SHARE = 0.01;
const LONGEST_PAUSE_MS = 1000;
const CONNECTED = 1;
const STOP = 2;
const HANDLES = 3;
/** Until the main thread has taken note of the end of a session. */
const SETTLE_MS = 3;
const WAITING_MS = 1000;
const BUSY = 0.05;
const MOST_SCRIPTS = 20_000;

const { path, planPath, folder, isInspected, ownModules, shared } = workerData;
const send = openMessages(path);
const plan = readPlan();
const session = new Session();
const mainClock = `/proc/self/task/${process.pid}/schedstat`;

/** Where each script came from; frames name it by number. */
const scripts = new Map();
let stack = [];
let told = { state: '', atMs: 0, calls: 0 };
let spentNs = mainSpentNs();
let atMs = performance.now();
let hasWebAssembly = false;
let modules = 0;

function readPlan() {
  try {
    const { v, files } = JSON.parse(fs.readFileSync(planPath, 'utf8'));
    return v === 1 ? files : {};
  } catch {
    return {};
  }
}

/** Time that the program's main thread ran or was kept waiting for a CPU: what is held back does not rest. */
function mainSpentNs() {
  try {
    const [ran, heldBack] = fs.readFileSync(mainClock, 'utf8').split(' ');
    return Number(ran) + Number(heldBack);
  } catch {
    return 0;
  }
}

const post = (method, params) =>
  new Promise((settle) =>
    session.post(method, params, (error, result) => settle(error ? {} : result)),
  );

/**
 * One look. The debugger is there for its time only: code that was stopped in once runs slowly for as
 * long as it stays.
 */
async function look() {
  Atomics.store(shared, CONNECTED, 1);
  if (Atomics.load(shared, STOP) === 1) return void Atomics.store(shared, CONNECTED, 0);
  const began = performance.now();
  scripts.clear();
  modules = 0;
  session.connectToMainThread();
  try {
    await post('Debugger.enable');
    if (hasWebAssembly) return;
    let callFrames = await stop('Debugger.pause');
    if (isBetweenRounds(callFrames)) callFrames = await stop('Debugger.stepOver');
    const found = await read(callFrames);
    await post('Debugger.resume');
    stack = found.stack;
    tell('running', found, performance.now() - began);
  } finally {
    session.disconnect();
    setTimeout(() => Atomics.store(shared, CONNECTED, 0), SETTLE_MS);
    const pauseMs = (performance.now() - began) / SHARE;
    schedule(Math.min(LONGEST_PAUSE_MS, Math.max(LOOK_MS, pauseMs)));
  }
}

async function stop(how) {
  const paused = new Promise((settle) => session.once('Debugger.paused', settle));
  void post(how);
  return (await paused).params.callFrames;
}

/** V8 stops at the end of a round, where the variables of a loop are in no scope: a step on they are. */
function isBetweenRounds([{ location }]) {
  const file = fileOf(scripts.get(location.scriptId) ?? '', folder);
  return plan[file]?.loops.some(({ first }) => first === location.lineNumber + 1) ?? false;
}

/** While the main thread stands still: what stands on its stack, and in its variables. */
async function read(callFrames) {
  const frames = readFrames(callFrames, { folder, scripts });
  const variables = [];
  for (const frame of frames.own.slice(0, 3))
    variables.push({ frame, values: await variablesOf(frame.scopes) });
  return {
    stack: frames.stack,
    depth: callFrames.length,
    recursion: frames.recursion,
    containers: containersOf(variables),
    loops: await loopsOf(variables, plan, { lengthOf, positionOf }),
    values: valuesOf(variables, plan, lengthOf),
  };
}

async function variablesOf(scopes) {
  const values = new Map();
  for (const objectId of scopes) {
    const { result = [] } = await post('Runtime.getProperties', { objectId, ownProperties: true });
    for (const { name, value } of result.slice(0, 40))
      if (value && !values.has(name)) values.set(name, value);
  }
  return values;
}

/** Of arrays the inspector says it; nothing of the program is called. */
function lengthOf(value) {
  const [, length] = /\((\d+)\)$/.exec(value?.description ?? '') ?? [];
  return length === undefined ? undefined : Number(length);
}

/** Elements that are gone through in one look. */
const MOST_COMPARED = 20_000;
const MOST_POSITIONS = 64;
const positions = new Map();
const FIND = `function (element, from, most) {
  const end = Math.min(this.length, from + most);
  for (let at = from; at < end; at++) if (this[at] === element) return at;
  return -1;
}`;

/**
 * Where an element stands in an array: sought from where the last one stood, else from the start,
 * else further on at the next look. Ends at once if it would run code of the program that changes
 * anything.
 */
async function positionOf(loop, { objectId }, element) {
  const known = positions.get(loop) ?? 0;
  for (const from of known === 0 ? [0] : [known, 0]) {
    const { result } = await post('Runtime.callFunctionOn', {
      functionDeclaration: FIND,
      objectId,
      arguments: [argumentOf(element), { value: from }, { value: MOST_COMPARED }],
      returnByValue: true,
      silent: true,
      throwOnSideEffect: true,
    });
    if (result?.type !== 'number') return undefined;
    if (result.value >= 0) return keep(loop, result.value);
  }
  keep(loop, known + MOST_COMPARED);
  return undefined;
}

function argumentOf({ objectId, unserializableValue, value }) {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
}

function keep(loop, at) {
  if (positions.size >= MOST_POSITIONS) positions.clear();
  positions.set(loop, at);
  return at;
}

function tell(state, look, tookMs) {
  const { heapUsed, external } = process.memoryUsage();
  const underWay = Atomics.load(shared, 0);
  told = { state, atMs: performance.now(), calls: underWay };
  const fields = { kind: 'at', state, ...look, tookUs: Math.round(tookMs * 1000) };
  // Which calls are under way, the main thread tells; that none is, is certain here.
  if (underWay === 0) fields.calls = [];
  fields.runtime = {
    heapBytes: heapUsed,
    externalBytes: external,
    handles: Atomics.load(shared, HANDLES),
  };
  while (!send(fields) && fields.stack.length > 1) {
    fields.stack = fields.stack.slice(0, fields.stack.length >> 1);
    fields.containers = [];
  }
}

function beat() {
  const nowMs = performance.now();
  const spent = mainSpentNs();
  const busy = (spent - spentNs) / 1e6 / (nowMs - atMs);
  [spentNs, atMs] = [spent, nowMs];
  if (busy > BUSY && !isInspected && !hasWebAssembly) {
    // What was asked of a main thread that has gone to sleep is answered when it wakes.
    void look().catch(() => {});
    return;
  }
  const changed = told.state !== 'waiting' || Atomics.load(shared, 0) !== told.calls;
  if (busy <= BUSY && (changed || nowMs - told.atMs >= WAITING_MS))
    tell('waiting', { stack, depth: stack.length, recursion: [], containers: [], loops: [] }, 0);
  schedule(LOOK_MS);
}

function schedule(ms) {
  setTimeout(beat, ms);
}

// An answer of the inspector that is on its way does not keep a thread alive.
setInterval(() => {}, 60_000);
session.on('Debugger.scriptParsed', ({ params }) => {
  if (scripts.size < MOST_SCRIPTS) scripts.set(params.scriptId, params.url);
  // WebAssembly runs several times slower under a debugger.
  if (params.scriptLanguage === 'WebAssembly' && ++modules > ownModules) hasWebAssembly = true;
});
schedule(10);
