import { expect, test } from 'vitest';
import type { Allocation } from '#model/allocation.ts';
import { hearHint } from './hear-hint.ts';
import { HintNotes } from './hint-notes.ts';
import { Hints } from './hints.ts';
import type { Managed } from './managed.ts';

const GIB = 2 ** 30;
const HELD: Allocation = {
  cpuCores: 1,
  memoryBytes: GIB,
  ingressBitsPerSecond: 1e6,
  egressBitsPerSecond: 1e6,
};
const MAX = { ...HELD, cpuCores: 4, memoryBytes: 4 * GIB };

/** What hearing hints looks at of an instance. */
function asked(policy = 'predictive') {
  const told: string[] = [];
  const managed = {
    hints: new Hints(),
    hintNotes: new HintNotes(({ text }) => told.push(text), 1000),
    policy: { name: policy },
    instance: { enforcement: { kind: 'cgroup-v2' }, allocation: () => HELD },
    input: { allocation: HELD, constraints: { mode: 'auto', max: MAX } },
  } as unknown as Managed;
  const hear = (hint: object, nowMs = 2000) =>
    hearHint(managed, JSON.stringify({ v: 1, kind: 'hint', hint }), nowMs, () => {});
  return { told, hear };
}

test.each<[string, object, string | undefined]>([
  ['below what is held', { memoryBytes: '512Mi' }, 'asked for 512Mi: it holds 1Gi already.'],
  ['what is held', { cpuCores: 1 }, 'asked for 1 cores: it holds 1 already.'],
  [
    'above the maximum',
    { memoryBytes: '500Gi', withinSeconds: 9, phase: 'load' },
    'asked for 500Gi within 9 s (load): it is given up to its maximum of 4Gi.',
  ],
  ['withdrawn', { memoryBytes: 0 }, 'withdrew its hint for memory.'],
  ['granted, which its resize says', { memoryBytes: '2Gi' }, undefined],
])('a hint leaves a note: %s', (_, hint, note) => {
  const { told, hear } = asked();
  expect(hear(hint)).toContain('"accepted":true');
  expect(told).toEqual(note === undefined ? [] : [`At 1.00 s the program ${note}`]);
});

test('a hint that is refused says what was asked and why it is not given', () => {
  const { told, hear } = asked('static');
  hear({ memoryBytes: '2Gi' });
  expect(told).toEqual([
    'At 1.00 s the program asked for 2Gi: this was refused, the policy is static.',
  ]);
});

test('a flood of hints is noted up to a bound, and the same again not at all', () => {
  const { told, hear } = asked();
  for (let nowMs = 2000; nowMs < 3000; nowMs += 100) hear({ cpuCores: 1 }, nowMs);
  expect(told).toHaveLength(1);
  for (let at = 0; at < 10_000; at++) hear({ memoryBytes: 1000 + at }, 3000 + at * 100);
  expect(told).toHaveLength(64);
  expect(told.at(-1)).toMatch(/; hints after this one are not noted\.$/);
});
