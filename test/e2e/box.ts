import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test as plain } from 'vitest';
import { requires, type Capability } from '../capabilities.ts';
import type { RunSummary } from '#model/summary.ts';
import { Limber, type Ended, type StartOptions } from './limber.ts';
import { residue } from './residue.ts';

const PROGRAMS = resolve(import.meta.dirname, '..', 'fixtures', 'programs');
const SETTLE_MS = 10_000;

export type RunEnded = Ended & { readonly summary: RunSummary | undefined };
export type BoxOptions = Partial<Omit<StartOptions, 'env'>> & {
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * A user's folder and Limber's home for one test. When the test is over, everything that was on the
 * machine before must be all that is there.
 */
export type Box = {
  readonly folder: string;
  /** Where Limber is started: the program's current folder. */
  readonly current: string;
  readonly home: string;
  /** `limber …` until it ends. */
  readonly limber: (args: readonly string[], options?: BoxOptions) => Promise<Ended>;
  /** `limber run …`, with its summary. */
  readonly run: (args: readonly string[], options?: BoxOptions) => Promise<RunEnded>;
  readonly start: (args: readonly string[], options?: BoxOptions) => Limber;
  /** Copies a program of test/fixtures/programs into the current folder; returns its name. */
  readonly program: (name: string, as?: string) => string;
  readonly write: (name: string, content: string | Buffer) => string;
};

export const test = plain.extend<{ box: Box }>({
  box: async ({ skip }, use) => {
    requires({ skip }, ...NEEDED);
    const { box, close } = makeBox();
    await use(box);
    await close();
  },
});

export const NEEDED: readonly Capability[] = ['root', 'bubblewrap', 'iproute2'];

/** A box for as long as its maker wants; closing it is the check that nothing stays. */
export function makeBox(): { readonly box: Box; readonly close: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), 'limber-e2e-'));
  const before = new Set(residue(folder));
  const started: Limber[] = [];
  return {
    box: openBox(folder, started),
    async close() {
      await endAll(folder, started);
      const [left, kept] = [await leftBehind(folder, before), workFolders(folder)];
      rmSync(folder, { recursive: true, force: true });
      // As one text: the reason of a failed test is what its first line says.
      expect([...left, ...kept].join('\n'), 'left behind').toBe('');
    },
  };
}

function openBox(folder: string, started: Limber[]): Box {
  const [current, home] = [join(folder, 'current'), join(folder, 'home')];
  mkdirSync(current);
  const start: Box['start'] = (args, options = {}) => {
    const env = environment(home, options.env);
    const limber = new Limber(args, { cwd: current, ...options, env });
    started.push(limber);
    return limber;
  };
  let runs = 0;
  return {
    folder,
    current,
    home,
    start,
    limber: (args, options) => start(args, options).ended,
    async run(args, options) {
      const path = join(folder, `summary-${++runs}.json`);
      const ended = await start(['run', '--summary', path, ...args], options).ended;
      return { ...ended, summary: readSummary(path) };
    },
    program(name, as = name) {
      copyFileSync(join(PROGRAMS, name), join(current, as));
      return as;
    },
    write(name, content) {
      writeFileSync(join(current, name), content);
      return name;
    },
  };
}

function environment(home: string, more: BoxOptions['env']): Record<string, string> {
  const { PATH = '', HOME = '/' } = process.env;
  return { PATH, HOME, LANG: 'C.UTF-8', LIMBER_HOME: home, ...more };
}

/** Empty where Limber made the file and the run never began. */
function readSummary(path: string): RunSummary | undefined {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text === '' ? undefined : (JSON.parse(text) as RunSummary);
}

/** A test that failed in the middle must not be the reason that the next one fails. */
async function endAll(folder: string, started: readonly Limber[]): Promise<void> {
  const running = started.filter(({ child }) => child.exitCode === null && !child.signalCode);
  if (running.length === 0) return;
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  const env = environment(join(folder, 'home'), {});
  for (const runtime of ['process', 'microvm'])
    await new Limber(['gc', '--runtime', runtime], { cwd: folder, env }).ended;
}

/** Others on the machine come and go as well: what stays is what was left. */
async function leftBehind(folder: string, before: ReadonlySet<string>): Promise<readonly string[]> {
  const endMs = performance.now() + SETTLE_MS;
  for (;;) {
    const left = residue(folder).filter((line) => !before.has(line));
    if (left.length === 0 || performance.now() > endMs) return left;
    await sleep(100);
  }
}

function workFolders(folder: string): readonly string[] {
  const work = join(folder, 'home', 'work');
  return existsSync(work) ? readdirSync(work).map((name) => join(work, name)) : [];
}
