'use strict';
// Starts Limber's probe beside a Node program; docs/guides/probes.md has the protocol. Whatever is
// wrong with the probe is no business of the program: it prints nothing and throws nothing.
try {
  const { isMainThread } = require('node:worker_threads');
  if (process.env.LIMBER_PROBE) {
    const { start, startInWorker } = require('./start.cjs');
    if (isMainThread) start();
    else startInWorker();
  }
} catch {
  // Without a probe the program runs all the same.
}
// There is no program yet.
if (process.env.LIMBER_WARM) process.reallyExit(125);
