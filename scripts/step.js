import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));

/** The environment of every tool: the checkout's own Node 24 and tools come first on the PATH. */
export const toolEnv = {
  ...process.env,
  PATH: `${join(projectDir, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
};

/** What a step throws when the reader has to do something; it is printed without a stack. */
export class StepFailed extends Error {}

/**
 * Runs one step and prints its name, what came of it and how long it took.
 * @param {string} name
 * @param {() => string | Promise<string>} work resolves to a few words for the reader
 */
export async function step(name, work) {
  const startedMs = performance.now();
  try {
    const note = await work();
    print({ mark: '✓', name, startedMs, note });
  } catch (error) {
    print({ mark: '✗', name, startedMs, note: 'failed' });
    throw error;
  }
}

/** @param {{ mark: string, name: string, startedMs: number, note: string }} line */
function print({ mark, name, startedMs, note }) {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${mark} ${name.padEnd(20)} ${seconds.padStart(6)} s  ${note}\n`);
}

/**
 * Runs a command; its output is shown at once with `live`, else only when the command fails.
 * @param {{ command: string, args: string[], live?: boolean, env?: NodeJS.ProcessEnv, cwd?: string }} job
 * @returns {Promise<void>} rejects with StepFailed on a non-zero exit code
 */
export function run({ command, args, live = false, env = toolEnv, cwd = projectDir }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => reject(new StepFailed(`${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new StepFailed(failure({ command, args, code, signal, output })));
    });
  });
}

/**
 * Hands the terminal over to a Node 24 program and resolves to its exit code. Ctrl-C reaches both,
 * and only the program decides what it means; other signals are passed on.
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export function handOver(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('node', args, { cwd: projectDir, env: toolEnv, stdio: 'inherit' });
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      if (signal !== 'SIGINT') child.kill(signal);
    };
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, pass);
    }
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGHUP']),
    );
  });
}

/** @param {{ command: string, args: string[], code: number | null, signal: string | null, output: Buffer[] }} end */
function failure({ command, args, code, signal, output }) {
  const said = Buffer.concat(output).toString().trimEnd();
  const line = `${command} ${args.join(' ')} ended with ${signal ?? `exit code ${code}`}`;
  return said === '' ? line : `${said}\n${line}`;
}
