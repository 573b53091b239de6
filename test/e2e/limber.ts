import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CAPABILITIES } from '../capabilities.ts';

const ENTRY = resolve(import.meta.dirname, '..', '..', 'bin', 'limber.js');
/** The command as a shell would have it, without its arguments. */
export const LIMBER = [process.execPath, ENTRY];

/** The second machine has a part of one processor, and each page of its memory costs it a fault more. */
const DEADLINE_MS = CAPABILITIES['inside-user-mode-linux']() ? 480_000 : 120_000;
const POLL_MS = 10;

export type Ended = {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  /** Everything on stderr: the program's and Limber's own words. */
  readonly stderr: string;
};

export type StartOptions = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the standard input holds; absent: nothing. */
  readonly stdin?: Buffer | string;
  /** A command that starts Limber: `setpriv …`, `script …`. */
  readonly through?: (limber: readonly string[]) => readonly string[];
  /** When it is killed because it should have ended; default: 120,000. */
  readonly deadlineMs?: number;
};

/** `limber …` as a process, as a user would start it. */
export class Limber {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];

  constructor(args: readonly string[], options: StartOptions) {
    const { cwd, env, stdin, through, deadlineMs = DEADLINE_MS } = options;
    const limber = [...LIMBER, ...args];
    const [command = '', ...rest] = through ? through(limber) : limber;
    this.child = spawn(command, rest, { cwd, env });
    this.child.stdout?.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    // A program that does not read its input ends before all of it was taken.
    this.child.stdin?.on('error', () => {});
    this.child.stdin?.end(stdin ?? '');
    this.ended = this.#whenEnded(deadlineMs);
    // Who waits for it is told; a test that is elsewhere at that moment has not failed twice.
    this.ended.catch(() => {});
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  /** Waits until the program has printed this. */
  async prints(text: string): Promise<void> {
    await until(() => this.stdout.includes(text) || this.child.exitCode !== null);
    if (!this.stdout.includes(text)) throw new Error(`it ended without it:\n${this.stderr}`);
  }

  async #whenEnded(deadlineMs: number): Promise<Ended> {
    const { promise, resolve: settle, reject } = Promise.withResolvers<Ended>();
    const deadline = setTimeout(() => {
      this.child.kill('SIGKILL');
      reject(new Error(`Limber did not end in time; stderr so far:\n${this.stderr}`));
    }, deadlineMs);
    this.child.once('error', reject);
    this.child.once('close', (exitCode, signal) => {
      settle({ exitCode, signal, stdout: Buffer.concat(this.#stdout), stderr: this.stderr });
    });
    return promise.finally(() => clearTimeout(deadline));
  }
}

/** Waits for a condition, not for a time. */
export async function until(condition: () => boolean, deadlineMs = DEADLINE_MS): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > endMs)
      throw new Error(`did not come true in time: ${condition.toString()}`);
    await sleep(POLL_MS);
  }
}
