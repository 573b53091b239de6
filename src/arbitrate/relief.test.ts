import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Relief, type ReliefStep, type Resident } from './relief.ts';

const MIB = 2 ** 20;
const LOW = 256 * MIB;
const ENOUGH = 1024 * MIB;

const resident = (instanceId: string, priority: number, mebibytes = 100): Resident => ({
  instanceId,
  priority,
  memoryBytes: mebibytes * MIB,
  frozen: false,
});

/** Carries out what is said, every 20 ms, with so much left at each moment; what was ended is gone. */
function play(
  residents: readonly Resident[],
  availableBytes: (nowMs: number, living: readonly Resident[]) => number,
  untilMs: number,
) {
  const relief = new Relief(LOW);
  let living = residents;
  const steps: (ReliefStep & { readonly atMs: number })[] = [];
  for (let nowMs = 0; nowMs < untilMs; nowMs += 20) {
    const step = relief.next(living, availableBytes(nowMs, living), nowMs);
    if (!step) continue;
    steps.push({ ...step, atMs: nowMs });
    if (step.kind === 'reclaim') continue;
    living = living.flatMap((one) => {
      if (one.instanceId !== step.instanceId) return [one];
      return step.kind === 'end' ? [] : [{ ...one, frozen: step.kind === 'freeze' }];
    });
  }
  return { steps, living };
}

const said = (steps: readonly ReliefStep[]) =>
  steps.map((step) => (step.kind === 'reclaim' ? step.kind : `${step.kind} ${step.instanceId}`));

test('with enough memory nothing is done', () => {
  const { steps } = play([resident('a', 10), resident('b', 90)], () => LOW, 30_000);
  expect(steps).toEqual([]);
});

test('caches first, then the lowest stands still, and goes on when there is enough', () => {
  const left = (nowMs: number) => (nowMs < 3000 ? LOW * 0.9 : ENOUGH);
  const { steps } = play([resident('high', 90), resident('low', 10)], left, 6000);
  expect(said(steps)).toEqual(['reclaim', 'freeze low', 'thaw low']);
  expect(steps[2]!.atMs).toBeGreaterThanOrEqual(3000);
});

test('the highest never stands still, and the lowest of all is ended when it does not help', () => {
  const { steps } = play(
    [resident('high', 90), resident('low', 10), resident('middle', 50)],
    (_, living) => (living.some(({ instanceId }) => instanceId === 'low') ? LOW * 0.9 : ENOUGH),
    14_000,
  );
  expect(said(steps)).toEqual(['reclaim', 'freeze low', 'freeze middle', 'end low', 'thaw middle']);
});

test('when almost nothing is left, nobody waits', () => {
  const { steps } = play([resident('only', 50)], () => LOW * 0.2, 200);
  expect(said(steps).slice(0, 2)).toEqual(['reclaim', 'end only']);
});

test('a run that has the node to itself goes on while anything is left', () => {
  const { steps } = play([resident('only', 50)], () => LOW * 0.5, 60_000);
  expect(said(steps)).toEqual(['reclaim']);
});

test('among equals the one that holds most gives way', () => {
  const { steps } = play([resident('a', 50, 10), resident('b', 50, 900)], () => LOW * 0.9, 400);
  expect(said(steps)).toEqual(['reclaim', 'freeze b']);
});

const nodes = fc.uniqueArray(
  fc.record({
    instanceId: fc.string({ minLength: 1, maxLength: 4 }),
    priority: fc.nat({ max: 100 }),
    memoryBytes: fc.nat({ max: ENOUGH }),
    frozen: fc.constant(false),
  }),
  { minLength: 1, maxLength: 8, selector: ({ instanceId }) => instanceId },
);
const shortages = fc.array(fc.integer({ min: 0, max: ENOUGH }), { minLength: 1, maxLength: 30 });

test('nobody gives way while a lower priority goes on, whatever is left when', () => {
  fc.assert(
    fc.property(nodes, shortages, (residents, levels) => {
      const left = (nowMs: number) => levels[Math.floor(nowMs / 400) % levels.length]!;
      const { living } = play(residents, left, levels.length * 400);
      const stopped = living.filter(({ frozen }) => frozen).map(({ priority }) => priority);
      const running = living.filter(({ frozen }) => !frozen).map(({ priority }) => priority);
      const gone = residents
        .filter(({ instanceId }) => !living.some((one) => one.instanceId === instanceId))
        .map(({ priority }) => priority);
      expect(Math.max(-1, ...stopped)).toBeLessThanOrEqual(Math.min(101, ...running));
      expect(Math.max(-1, ...gone)).toBeLessThanOrEqual(
        Math.min(101, ...living.map(({ priority }) => priority)),
      );
    }),
  );
});

test('the order in which residents are named does not matter', () => {
  fc.assert(
    fc.property(nodes, shortages, (residents, levels) => {
      const left = (nowMs: number) => levels[Math.floor(nowMs / 400) % levels.length]!;
      const untilMs = levels.length * 400;
      const { steps } = play(residents, left, untilMs);
      expect(play(residents.toReversed(), left, untilMs).steps).toEqual(steps);
    }),
  );
});

test('a shortage that ends leaves nobody standing still', () => {
  fc.assert(
    fc.property(nodes, shortages, (residents, levels) => {
      const endMs = levels.length * 400;
      const left = (nowMs: number) => (nowMs < endMs ? levels[Math.floor(nowMs / 400)]! : ENOUGH);
      const { living } = play(residents, left, endMs + residents.length * 400 + 400);
      expect(living.filter(({ frozen }) => frozen)).toEqual([]);
    }),
  );
});
