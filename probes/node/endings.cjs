'use strict';
const { CONNECTED, STOP, WORKERS } = require('./shared.cjs');

const LONGEST_WAIT_MS = 100;

/** What the process tells its listeners, heard without being one: that a worker began, and the end. */
function heedEvents(shared, own) {
  const inner = process.emit;
  function emit(name, ...args) {
    const heard = inner.call(this, name, ...args);
    if (name === 'worker' && args[0] !== own) Atomics.add(shared, WORKERS, 1);
    if (name === 'exit') endLooks(shared);
    return heard;
  }
  Object.defineProperty(process, 'emit', { value: emit, configurable: true, writable: true });
}

/** Node takes a signal that a program sends to itself as its end, before it is known to be. */
function heedOwnSignals(shared) {
  const inner = process._kill;
  function kill(pid, signal) {
    if (signal > 0 && [0, -1, process.pid, -process.pid].includes(pid)) endLooks(shared);
    try {
      return inner.call(process, pid, signal);
    } finally {
      Atomics.store(shared, STOP, 0);
    }
  }
  process._kill = kill;
}

/**
 * Node says on stderr that it waits for a debugger when one is connected as it ends. Here a look may be
 * under way: it is waited for, in a loop of JavaScript, which the inspector can interrupt to finish.
 */
function endLooks(shared) {
  Atomics.store(shared, STOP, 1);
  const endMs = performance.now() + LONGEST_WAIT_MS;
  while (Atomics.load(shared, CONNECTED) === 1 && performance.now() < endMs);
}

module.exports = { heedEvents, heedOwnSignals };
