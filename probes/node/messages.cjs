'use strict';
const fs = require('node:fs');

const LONGEST_BYTES = 4096;
const NAME_LENGTH = 200;

/** CLOCK_MONOTONIC in seconds. */
const now = () => Number(process.hrtime.bigint() / 1000n) / 1e6;
/** The same in milliseconds, as an Int32Array holds it: differences are right where it wraps. */
const clockMs = () => Math.trunc(now() * 1000) | 0;
const text = (value) => String(value).slice(0, NAME_LENGTH).toWellFormed?.() ?? '';

/**
 * Writes messages to the FIFO and never waits. Before each the descriptor is looked at: the program may
 * have closed it, and opened a file of its own under its number.
 */
function openMessages(path) {
  let fd = -1;
  let identity = '';
  function open() {
    try {
      fd = fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
      identity = identityOf(fd);
    } catch {
      fd = -1;
    }
  }
  return function send(fields) {
    const line = Buffer.from(
      `${JSON.stringify({ v: 1, pid: process.pid, t: now(), ...fields })}\n`,
    );
    if (line.length > LONGEST_BYTES) return false;
    if (fd < 0 || identityOf(fd) !== identity) open();
    if (fd < 0) return false;
    try {
      fs.writeSync(fd, line);
    } catch {
      // Nobody reads, or too much was said: the message is lost, the program goes on.
    }
    return true;
  };
}

function identityOf(fd) {
  try {
    const { dev, ino } = fs.fstatSync(fd);
    return `${dev}:${ino}`;
  } catch {
    return 'closed';
  }
}

module.exports = { clockMs, now, openMessages, text };
