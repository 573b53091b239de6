'use strict';
const fs = require('node:fs');

const MAIN = `/proc/self/task/${process.pid}/schedstat`;
const OWN = '/proc/thread-self/schedstat';

/** CPU time, in milliseconds: of the program's main thread, and of all others but this one. */
function readClocks() {
  const mainMs = spentMs(MAIN);
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), mainMs, othersMs: (user + system) / 1000 - mainMs - ownMs() };
}

/** CPU time of this thread, in milliseconds. */
const ownMs = () => spentMs(OWN);

function spentMs(path) {
  try {
    return Number(fs.readFileSync(path, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return 0;
  }
}

/** Shares of a core between two readings. */
function busyBetween(before, now) {
  const elapsedMs = now.atMs - before.atMs;
  return {
    main: (now.mainMs - before.mainMs) / elapsedMs,
    others: (now.othersMs - before.othersMs) / elapsedMs,
  };
}

module.exports = { busyBetween, ownMs, readClocks };
