#!/usr/bin/env node
// Plain JavaScript that Node 20 can read: an older Node only finds the newer one and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const OLDEST_NODE_MAJOR = 24;
const EX_UNAVAILABLE = 69;
const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR) handOverToNewerNode();
else await start();

async function start() {
  const entry = join(packageDir, 'dist', 'main.js');
  if (!existsSync(entry)) {
    giveUp(`Limber is not built yet: ${entry} is missing. Run: npm run build`);
    return;
  }
  if (process.argv[2] === 'serve') onOneArena();
  letTreesDie();
  if (process.argv[2] === 'serve') keepHeapSmall();
  // Sooner up by some 40 ms; Node holds what it has read of it, 5 MB of a server, to the end.
  else module.enableCompileCache?.();
  const { main } = await import(pathToFileURL(entry).href);
  // Everything is written and released when main resolves; nothing may keep the process after that.
  process.exit(await main(process.argv.slice(2)));
}

/**
 * glibc gives threads arenas of their own, and what a rush of requests left in them stays: some 10 MB of
 * a server. It asks how many there may be only as a process begins, so this one begins again in its place.
 */
function onOneArena() {
  if (process.env['MALLOC_ARENA_MAX'] !== undefined || process.execve === undefined) return;
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  try {
    process.execve(process.execPath, words, { ...process.env, MALLOC_ARENA_MAX: '1' });
  } catch {
    // Then it takes more memory.
  }
}

/**
 * V8 makes arrays that have lived through collections before among what lives long from then on, where
 * dead ones hold up the trees that they lead to: reading code, collections took five times as long.
 */
function letTreesDie() {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * V8 lets its young generation grow to 64 MiB before it collects it, most of it what requests left, and
 * the old one to several times of what lives. Said before the code is loaded, which makes it grow already.
 */
function keepHeapSmall() {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
}

function handOverToNewerNode() {
  const node = newerNode();
  if (node === undefined) {
    giveUp(
      `Limber needs Node ${OLDEST_NODE_MAJOR} or newer, this is ${process.versions.node}, and the package node-${process.platform}-${process.arch} is not installed. Run npm install again without --omit=optional, or install a newer Node.`,
    );
    return;
  }
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  const forward = forwardSignals(child);
  child.once('error', (error) => giveUp(`Limber cannot start ${node}: ${error.message}`));
  child.once('exit', (code, signal) => {
    forward.stop();
    if (signal === null) process.exitCode = code ?? EX_UNAVAILABLE;
    else endBySignal(signal);
  });
}

function newerNode() {
  const { resolve } = module.createRequire(import.meta.url);
  try {
    const manifest = resolve(`node-${process.platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', 'node');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    if (!cameFromTerminal(signal)) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return {
    stop: () => {
      for (const signal of signals) process.off(signal, pass);
    },
  };
}

/**
 * A terminal sends Ctrl-C to its whole foreground group, so the child has it already; a second one
 * would mean "force". Field 5 of /proc/self/stat is our group, field 8 the terminal's (proc(5)).
 * @param {NodeJS.Signals} signal
 */
function cameFromTerminal(signal) {
  if (signal !== 'SIGINT' && signal !== 'SIGQUIT') return false;
  if (!existsSync('/proc/self/stat')) return process.stdin.isTTY;
  const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ').pop() ?? '';
  const fields = afterName.split(' ');
  return fields[2] === fields[5];
}

/** @param {NodeJS.Signals} signal */
function endBySignal(signal) {
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
}

/** @param {string} problem */
function giveUp(problem) {
  process.stderr.write(`limber: ${problem}\n`);
  process.exitCode = EX_UNAVAILABLE;
}
