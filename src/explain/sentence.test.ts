import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Allocation } from '#model/allocation.ts';
import type { Decision, Reason } from '#model/decision.ts';
import { changesOf } from './changes.ts';
import { explain } from './sentence.ts';
import { seriesOf } from './series.ts';

const MIB = 2 ** 20;
const base: Allocation = {
  cpuCores: 1,
  memoryBytes: 64 * MIB,
  ingressBitsPerSecond: 20e6,
  egressBitsPerSecond: 20e6,
};

function reason(signal: string, text: string): Reason {
  const resource = signal.split('.')[0] as Reason['resource'];
  return { resource, signal, value: 1, threshold: 2, factor: 3, text };
}

function decision(atSeconds: number, change: Partial<Decision> & Pick<Decision, 'to'>): Decision {
  const outcome = { state: 'applied', actual: change.to, latencyMs: 0.1 } as const;
  return { atSeconds, from: base, reasons: [], rolledBack: false, outcome, inputs: {}, ...change };
}

test('one change is one sentence with its time, both sizes and its reason', () => {
  const grown = decision(1.2345, {
    to: { ...base, memoryBytes: 180 * MIB },
    reasons: [reason('memory.growth', 'It was growing by 900Mi/s.')],
  });
  expect(explain([grown], { all: false })).toEqual([
    'At 1.23 s memory went from 64Mi to 180Mi: it was growing by 900Mi/s.',
  ]);
});

test('fragments get a subject, names keep their capitals', () => {
  const texts = ['uses 60Mi of 64Mi', 'throttled by 300m cores', 'CPU was idle'].map((text) => {
    const [sentence] = explain(
      [decision(1, { to: { ...base, cpuCores: 2 }, reasons: [reason('cpu.x', text)] })],
      { all: true },
    );
    return sentence?.split(': ')[1];
  });
  expect(texts).toEqual([
    'it uses 60Mi of 64Mi.',
    'it was throttled by 300m cores.',
    'CPU was idle.',
  ]);
});

test('each direction of the network has its own reason', () => {
  const both = decision(2, {
    to: { ...base, ingressBitsPerSecond: 80e6, egressBitsPerSecond: 10e6 },
    reasons: [
      reason('network.ingress.backlog', 'ingress queue is long'),
      reason('network.egress.unused', 'egress ran at no more than 1Mbit/s'),
    ],
  });
  expect(explain([both], { all: false })).toEqual([
    'At 2.00 s the download rate went from 20M to 80Mbit/s: ingress queue is long.',
    'At 2.00 s the upload rate went from 20M to 10Mbit/s: egress ran at no more than 1Mbit/s.',
  ]);
});

test('a change too small to be seen in what is printed is no sentence of its own', () => {
  const from = { ...base, cpuCores: 1.0201 };
  const to = { ...from, cpuCores: 1.0249, memoryBytes: 2 * base.memoryBytes };
  const sentences = explain([decision(1, { from, to })], { all: true });
  expect(sentences).toEqual([expect.stringMatching(/^At 1\.00 s memory went from /)]);
});

test('of a change that was refused in part, the rest has been done', () => {
  const to = { ...base, cpuCores: 2, memoryBytes: 2 * base.memoryBytes };
  const refused = ['cpuCores'] as const;
  const outcome = {
    state: 'refused',
    actual: to,
    latencyMs: 1,
    message: 'no room',
    refused,
  } as const;
  expect(explain([decision(1, { to, outcome })], { all: true })).toEqual([
    expect.stringMatching(/^At 1\.00 s CPU was to go .* this was refused \(no room\)\.$/),
    expect.stringMatching(/^At 1\.00 s memory went from 64Mi to 128Mi: [^;]*\.$/),
  ]);
});

test('what was refused, failed or taken back says so', () => {
  const to = { ...base, cpuCores: 2 };
  const outcome = {
    state: 'refused',
    actual: base,
    latencyMs: 1,
    message: 'the node is full',
  } as const;
  expect(explain([decision(1, { to, outcome })], { all: false })).toEqual([
    'At 1.00 s CPU was to go from 1 to 2 cores: its constraints or the node asked for it; this was refused (the node is full).',
  ]);
  expect(explain([decision(1, { to, rolledBack: true })], { all: false })[0]).toMatch(
    /went back from 1 to 2 cores: .*; this took back a cut that had hurt\.$/,
  );
});

function growth(steps: number, signal = 'memory.growth'): Decision[] {
  return Array.from({ length: steps }, (_, step) =>
    decision(1 + step / 10, {
      from: { ...base, memoryBytes: (64 + step * 10) * MIB },
      to: { ...base, memoryBytes: (74 + step * 10) * MIB },
      reasons: [reason(signal, `uses ${60 + step * 10}Mi`)],
    }),
  );
}

test('a long series of like changes is one sentence, unless all are asked for', () => {
  expect(explain(growth(14), { all: false })).toEqual([
    'From 1.00 s to 2.30 s memory grew in 14 steps from 64Mi to 204Mi. At first: it uses 60Mi. At last: it uses 190Mi.',
  ]);
  expect(explain(growth(14), { all: true })).toHaveLength(14);
  expect(explain(growth(2), { all: false })).toHaveLength(2);
});

test('another signal ends a series', () => {
  expect(explain([...growth(3), ...growth(3, 'memory.stalled')], { all: false })).toHaveLength(2);
});

test('grouping loses and invents nothing, whatever the order of changes', () => {
  const step = fc.record({
    up: fc.boolean(),
    key: fc.constantFrom(
      'cpuCores' as const,
      'memoryBytes' as const,
      'egressBitsPerSecond' as const,
    ),
    signal: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const decisions = steps.map(({ up, key, signal }, index) =>
        decision(index, {
          to: { ...base, [key]: base[key] * (up ? 2 : 0.5) },
          reasons: ['cpu', 'memory', 'network'].map((name) => reason(`${name}.${signal}`, 'x')),
        }),
      );
      const changes = changesOf(decisions);
      const grouped = seriesOf(changes).flat();
      expect(grouped).toHaveLength(changes.length);
      expect(new Set(grouped)).toEqual(new Set(changes));
    }),
  );
});
