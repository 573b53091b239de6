'use strict';
// Starts Limber's probe beside a Node program; docs/guides/probes.md has the protocol. Whatever is
// wrong with the probe is no business of the program: it prints nothing and throws nothing.
try {
  const { isMainThread } = require('node:worker_threads');
  if (isMainThread && process.env.LIMBER_PROBE) require('./start.cjs').start();
} catch {
  // Without a probe the program runs all the same.
}
