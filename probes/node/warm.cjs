'use strict';
const fs = require('node:fs');
const { join } = require('node:path');

/** Nobody claims it: whoever made it is gone. */
const UNCLAIMED = 125;
const LENGTH_DIGITS = 10;

/**
 * A Node that is up before there is anything to run waits here for an execution to claim it. It reads
 * arguments and environment from the FIFO `claim` in `folder` and takes them for its own. The message:
 * its length in ten digits, the number of arguments, the arguments and the names and values of the
 * environment in turn, each ended by NUL.
 */
function wait(folder, send) {
  let texts;
  try {
    const fd = fs.openSync(join(folder, 'claim'), 'r');
    send({ kind: 'ready' });
    const length = Number(read(fd, LENGTH_DIGITS));
    texts = read(fd, length).split('\0').slice(0, -1);
    fs.closeSync(fd);
  } catch {
    process.reallyExit(UNCLAIMED);
  }
  const count = Number(texts.shift());
  become(texts.slice(0, count), texts.slice(count));
}

function read(fd, length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = fs.readSync(fd, bytes, at, length - at, null);
    if (count === 0) throw new Error('nobody is left');
    at += count;
  }
  return bytes.toString();
}

function become(args, variables) {
  process.argv.splice(2, Infinity, ...args);
  // bubblewrap sets it where it changes to the folder, after all others.
  const { PWD } = process.env;
  // In the same order as in a process that was started with it.
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (let at = 0; at < variables.length; at += 2) process.env[variables[at]] = variables[at + 1];
  if (PWD !== undefined) process.env.PWD = PWD;
}

module.exports = { wait };
