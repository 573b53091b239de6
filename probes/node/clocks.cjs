'use strict';
const fs = require('node:fs');

const MAIN = `/proc/self/task/${process.pid}/schedstat`;
const OWN = '/proc/thread-self/schedstat';

/**
 * Milliseconds: those that the program's main thread ran, those that it ran or was kept waiting for a CPU
 * (what is held back does not rest), and CPU time of all its other threads but this one.
 */
function readClocks() {
  const [ranMs, heldBackMs] = clockOf(MAIN);
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    ranMs,
    mainMs: ranMs + heldBackMs,
    othersMs: (user + system) / 1000 - ranMs - ownMs(),
  };
}

/** CPU time of this thread, in milliseconds. */
const ownMs = () => clockOf(OWN)[0];

/** Milliseconds on a CPU, and waiting for one. */
function clockOf(path) {
  try {
    const [ranNs, waitedNs] = fs.readFileSync(path, 'utf8').split(' ');
    return [Number(ranNs) / 1e6, Number(waitedNs) / 1e6];
  } catch {
    return [0, 0];
  }
}

/** Shares of a core between two readings. */
function busyBetween(before, now) {
  const elapsedMs = now.atMs - before.atMs;
  return {
    ran: (now.ranMs - before.ranMs) / elapsedMs,
    main: (now.mainMs - before.mainMs) / elapsedMs,
    others: (now.othersMs - before.othersMs) / elapsedMs,
  };
}

module.exports = { busyBetween, ownMs, readClocks };
