import { expect, test } from 'vitest';
import { unseenLook } from '#model/probe.fixture.ts';
import type { ProbeLook } from '#model/probe.ts';
import { LiveProgram } from './live-program.ts';

const PARENT = 1;
const CHILD = 2;

/** A parent that waits for a child that runs, as heard at 0 ms. */
function family(lives: (pid: number) => boolean): LiveProgram {
  const program = new LiveProgram(lives);
  program.hear(look(PARENT, 'waiting'), 0);
  program.hear(look(CHILD, 'running'), 0);
  expect(program.look(0)?.pid).toBe(CHILD);
  return program;
}

const look = (pid: number, state: ProbeLook['state']): ProbeLook => ({
  ...unseenLook(),
  pid,
  state,
});

test('a child that left without a word stands for nothing any more', () => {
  const program = family((pid) => pid === PARENT);
  program.forgetDead(50);
  expect(program.look(50)?.pid).toBe(CHILD);
  const { version } = program;
  program.forgetDead(120);
  expect(program.look(120)?.pid).toBe(PARENT);
  expect(program.version).toBeGreaterThan(version);
});

test('one that computes for long without a look, and lives, goes on to count', () => {
  let asked = 0;
  const program = family(() => ++asked > 0);
  for (let atMs = 10; atMs <= 1000; atMs += 10) program.forgetDead(atMs);
  expect(program.look(1000)?.pid).toBe(CHILD);
  // Ten times a second, not at each reading.
  expect(asked).toBeLessThan(10);
});

test('when all have gone, nobody speaks', () => {
  const program = family(() => false);
  expect(program.speaks(120)).toBe(true);
  program.forgetDead(120);
  expect(program.look(120)).toBeUndefined();
  expect(program.speaks(120)).toBe(false);
});

test('an only one is asked for more rarely', () => {
  const program = new LiveProgram(() => false);
  program.hear(look(CHILD, 'running'), 0);
  program.forgetDead(120);
  expect(program.look(120)?.pid).toBe(CHILD);
  program.forgetDead(320);
  expect(program.look(320)).toBeUndefined();
});

test('what a glance did not read stands as it was read before', () => {
  const program = new LiveProgram();
  const loops = [{ file: 'job.py', firstLine: 3, done: 5, total: 9 }];
  const seen = { ...look(PARENT, 'running'), loops };
  const glance = { ...look(PARENT, 'running'), depth: 7, isGlance: true as const };
  program.hear(glance, 0);
  expect(program.look(0)).toMatchObject({ depth: 7, loops: [] });
  program.hear(seen, 10);
  program.hear(glance, 20);
  expect(program.look(20)).toMatchObject({ depth: 7, loops, isGlance: true });
});
