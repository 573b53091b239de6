import { expect, test } from 'vitest';
import { analyze } from '#analyze/analyze.ts';
import { emptyAhead } from '#model/ahead.ts';
import { NOTHING_KNOWN } from '#model/known-input.ts';
import { unseenLook } from '#model/probe.fixture.ts';
import type { ProbeLook } from '#model/probe.ts';
import { emptySample } from '#model/sample.ts';
import { CodeAhead } from './code-ahead.ts';

const SOURCE = `
import json, time
text = json.dumps(1)
rows = [0] * 20_000_000
time.sleep(5)
more = [0] * 30_000_000
`;
const ALL = 160e6;
const FOREVER = Number.POSITIVE_INFINITY;

/** A program that started at 0 ms. */
async function started() {
  const profile = await analyze({ source: SOURCE, language: 'python', file: 'job.py' });
  const code = new CodeAhead({ profile, input: NOTHING_KNOWN, mostCores: 2, actuationMs: 0 });
  code.begin(0);
  const at = (nowMs: number) => {
    const ahead = emptyAhead();
    code.ahead(nowMs, FOREVER, ahead);
    return ahead;
  };
  const see = (nowMs: number, line: number, state: ProbeLook['state'] = 'running') => {
    const sample = { ...emptySample(), atMs: nowMs, intervalMs: 20, cpuCoresUsed: 1 };
    code.observe(sample);
    const frames = [{ function: '', line }];
    code.see({ look: { ...unseenLook(), state }, frames, answerLeftMs: Number.NaN }, sample, nowMs);
    return at(nowMs);
  };
  return { at, see };
}

test('what the start was given for what comes is held until the run is there', async () => {
  const { at, see } = await started();
  expect(at(0).memoryBytes).toBeCloseTo(ALL, -5);
  expect(at(200)).toMatchObject({ memoryBytes: 0 });
  expect(at(200).heldMemoryBytes).toBeCloseTo(ALL, -5);
  expect(see(300, 3).heldMemoryBytes).toBeCloseTo(ALL, -5);
  expect(at(700).heldMemoryBytes).toBeCloseTo(ALL, -5);
  // In its own line it is claimed, behind it nothing of it is to come.
  expect(see(800, 4)).toMatchObject({ heldMemoryBytes: 0 });
  expect(at(900).memoryBytes).toBeCloseTo(ALL, -5);
});

test('it is not held for ever, however often it is said', async () => {
  const { at, see } = await started();
  at(0);
  expect(see(1999, 3).heldMemoryBytes).toBeGreaterThan(0);
  expect(at(2001)).toMatchObject({ heldMemoryBytes: 0 });
  expect(at(2001).memoryBytes).toBeGreaterThan(0);
  expect(at(2100)).toMatchObject({ heldMemoryBytes: 0, memoryBytes: 0 });
});

test('through a wait that is known to last it is not held', async () => {
  const { at, see } = await started();
  expect(see(300, 5).memoryBytes).toBeGreaterThan(ALL);
  expect(at(400).heldMemoryBytes).toBeGreaterThan(ALL);
  expect(see(500, 5, 'waiting').heldMemoryBytes).toBe(0);
});
