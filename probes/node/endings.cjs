'use strict';
const { CONNECTED, STOP, WORKERS } = require('./shared.cjs');

/** A look takes some 10 ms, on a busy machine longer. */
const LONGEST_WAIT_MS = 1000;

/**
 * What the process tells its listeners, heard without being one: that a worker began, and the end. Of the
 * looking thread, `own.worker`, they are told nothing.
 */
function heedEvents(shared, own) {
  const inner = process.emit;
  function emit(name, ...args) {
    if (name === 'worker' && args[0] === own.worker) return false;
    const heard = inner.call(this, name, ...args);
    if (name === 'worker') Atomics.add(shared, WORKERS, 1);
    if (name === 'exit') endLooks(shared);
    return heard;
  }
  Object.defineProperty(process, 'emit', { value: emit, configurable: true, writable: true });
}

/** What else Node takes as the end: a signal that a program sends to itself, and another program in its place. */
function heedCalls(shared) {
  const { _kill: kill, execve } = process;
  process._kill = function _kill(pid, signal) {
    const isOwn = signal > 0 && [0, -1, process.pid, -process.pid].includes(pid);
    return isOwn ? withoutLooks(shared, () => kill(pid, signal)) : kill(pid, signal);
  };
  // Node 22.15 and 23.11.
  if (execve === undefined) return;
  process.execve = function (...args) {
    return withoutLooks(shared, () => execve.apply(this, args));
  };
  Object.defineProperty(process.execve, 'name', { value: 'execve' });
}

function withoutLooks(shared, act) {
  endLooks(shared);
  try {
    return act();
  } finally {
    Atomics.store(shared, STOP, 0);
  }
}

/**
 * Node says on stderr that it waits for a debugger when one is connected as it ends. Here a look may be
 * under way: it is waited for, in a loop of JavaScript, which the inspector can interrupt to finish.
 */
function endLooks(shared) {
  Atomics.store(shared, STOP, 1);
  Atomics.notify(shared, STOP);
  const endMs = performance.now() + LONGEST_WAIT_MS;
  while (Atomics.load(shared, CONNECTED) === 1 && performance.now() < endMs);
}

module.exports = { heedEvents, heedCalls };
