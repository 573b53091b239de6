import { expect, test } from 'vitest';
import type { Managed } from './managed.ts';
import { createReliever } from './relief.ts';

const MIB = 2 ** 20;
const LOW = 256 * MIB;

test('a shortage that is over does not count for the next one', () => {
  let availableBytes = LOW * 0.9;
  const ended: string[] = [];
  const one = (id: string): Managed =>
    ({
      instance: { id },
      events: { onNote: () => {}, onMemoryExhausted: (why: string) => ended.push(`${id} ${why}`) },
    }) as unknown as Managed;
  const residents = ['low', 'high'].map((instanceId, index) => ({
    instanceId,
    priority: index * 50,
    memoryBytes: 100 * MIB,
    frozen: instanceId === 'low',
  }));
  const reliever = createReliever({
    availableBytes: () => availableBytes,
    lowBytes: LOW,
    residents: () => residents,
    markFrozen: () => {},
  });
  const managed = new Set([one('high'), one('low')]);
  const play = (fromMs: number, untilMs: number): void => {
    for (let nowMs = fromMs; nowMs < untilMs; nowMs += 20) reliever.look(managed, nowMs);
  };
  play(0, 2_000);
  availableBytes = LOW * 8;
  play(2_000, 60_000);
  availableBytes = LOW * 0.9;
  play(60_000, 65_000);
  expect(ended).toEqual([]);
  play(65_000, 72_000);
  expect(ended).toEqual(['low node-memory-exhausted']);
});
