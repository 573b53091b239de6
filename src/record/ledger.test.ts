import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALLOCATION_KEYS, mapAllocation, type Allocation } from '#model/allocation.ts';
import { CAPACITY } from '../../test/fixtures/record/capacity.ts';
import { ownController, type ControllerProcess } from './controller-process.ts';
import { shareOut } from '#arbitrate/share-out.ts';
import { openLedger, type Ledger } from './ledger.ts';

const HAMMER = join(import.meta.dirname, '../../test/fixtures/record/hammer-ledger.ts');
const DEAD: ControllerProcess = { ...ownController(), controllerStartTicks: 1 };

let folder: string;
let path: string;
let opened: Ledger[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-ledger-'));
  path = join(folder, 'ledger');
  opened = [];
});
afterEach(() => {
  for (const ledger of opened) ledger.close();
  rmSync(folder, { recursive: true });
});

function open(): Ledger {
  const ledger = openLedger({ path, capacity: CAPACITY, shareOut });
  opened.push(ledger);
  return ledger;
}

const part = (fraction: number): Allocation => mapAllocation((key) => CAPACITY[key] * fraction);

function admit(ledger: Ledger, id: string, fraction: number, controller = ownController()) {
  return ledger.admit(id, { ...controller, min: part(0.01), wanted: part(fraction) });
}

test('grants what fits and tells what is free', () => {
  const ledger = open();
  expect(admit(ledger, 'a', 0.25)).toMatchObject({ granted: part(0.25), free: part(0.75) });
  expect(admit(ledger, 'b', 0.5)).toMatchObject({ granted: part(0.5), free: part(0.25) });
  expect(ledger.reserve('a', part(1))).toMatchObject({ granted: part(0.5), free: part(0) });
  expect(ledger.snapshot()).toMatchObject({
    capacity: CAPACITY,
    free: part(0),
    reservations: [
      { instanceId: 'a', held: part(0.5), ...ownController() },
      { instanceId: 'b', held: part(0.5), ...ownController() },
    ],
  });
});

test('what would be granted is told, and nothing is held for it', () => {
  const ledger = open();
  admit(ledger, 'a', 0.75);
  const asks = (min: number, wanted: number) => ({
    ...ownController(),
    min: part(min),
    wanted: part(wanted),
  });
  const before = ledger.snapshot();
  expect(ledger.foresee(asks(0.01, 0.125))).toEqual(part(0.125));
  expect(ledger.foresee(asks(0.01, 0.5))).toEqual(part(0.25));
  expect(() => ledger.foresee(asks(0.5, 0.5))).toThrow(
    expect.objectContaining({ code: 'capacity-exhausted' }),
  );
  expect(ledger.foresee(asks(0.5, 0.5), part(0.25))).toEqual(part(0.5));
  expect(ledger.snapshot()).toEqual(before);
});

test('room becomes free only when the shrink is confirmed', () => {
  const ledger = open();
  admit(ledger, 'a', 1);
  expect(ledger.reserve('a', part(0.25))).toMatchObject({ granted: part(0.25), free: part(0) });
  ledger.shrink('a', part(0.25));
  expect(ledger.snapshot().free).toEqual(part(0.75));
  ledger.shrink('a', part(0.5));
  expect(ledger.snapshot().free, 'a shrink never grows').toEqual(part(0.75));
  ledger.release('a');
  expect(ledger.snapshot().free).toEqual(CAPACITY);
});

test('a run whose minimum does not fit is refused and told why', () => {
  const ledger = open();
  admit(ledger, 'a', 0.75);
  const min = { ...part(0.01), memoryBytes: 4 * 2 ** 30 };
  expect(() => ledger.admit('b', { ...ownController(), min, wanted: min })).toThrow(
    expect.objectContaining({
      code: 'capacity-exhausted',
      exitCode: 75,
      details: { needed: '4Gi of memory', free: '2Gi', capacity: '8Gi', flag: 'memory' },
    }),
  );
  expect(ledger.snapshot().free, 'it takes nothing while it waits').toEqual(part(0.25));
});

test('another controller takes over what an instance holds', () => {
  const [first, second] = [open(), open()];
  admit(first, 'a', 1, DEAD);
  expect(admit(second, 'a', 1)).toMatchObject({ granted: CAPACITY, free: part(0) });
  expect(second.snapshot().reservations).toMatchObject([
    { instanceId: 'a', held: CAPACITY, ...ownController() },
  ]);
});

test('what dead controllers hold is taken back when it is needed, and named until released', () => {
  const ledger = open();
  admit(ledger, 'dead', 0.75, DEAD);
  admit(ledger, 'small', 0.1);
  expect(ledger.snapshot().reservations, 'not before it is needed').toHaveLength(2);
  expect(admit(ledger, 'new', 0.5).granted).toEqual(part(0.5));
  expect(ledger.snapshot().reservations.map(({ instanceId }) => instanceId)).toEqual([
    'new',
    'small',
  ]);
  expect(ledger.reap()).toEqual(['dead']);
  expect(ledger.reap(), 'until someone has cleaned up').toEqual(['dead']);
  ledger.release('dead');
  expect(ledger.reap()).toEqual([]);
});

test('growth takes back from the dead too', () => {
  const ledger = open();
  admit(ledger, 'dead', 0.75, DEAD);
  admit(ledger, 'a', 0.25);
  expect(ledger.reserve('a', CAPACITY).granted).toEqual(CAPACITY);
});

test('while another process holds the lock nothing grows, and what shrank is written later', () => {
  const ledger = open();
  admit(ledger, 'a', 0.5);
  const stopped = new DatabaseSync(join(path, 'ledger.sqlite'));
  stopped.exec('BEGIN IMMEDIATE');
  expect(ledger.reserve('a', CAPACITY).granted).toEqual(part(0.5));
  ledger.shrink('a', part(0.25));
  expect(ledger.snapshot().free).toEqual(part(0.5));
  stopped.exec('ROLLBACK');
  stopped.close();
  ledger.reap();
  expect(ledger.snapshot().free).toEqual(part(0.75));
});

test('a lost file is rebuilt by those who hold something', () => {
  const [first, second] = [open(), open()];
  admit(first, 'a', 0.5);
  admit(second, 'b', 0.25);
  rmSync(path, { recursive: true });
  expect(first.reserve('a', part(0.5)).free).toEqual(part(0.5));
  second.reserve('b', part(0.25));
  expect(first.snapshot().free).toEqual(part(0.25));
});

test('a damaged file is replaced, at the start and while it is in use', () => {
  const first = open();
  admit(first, 'a', 0.5);
  first.close();
  opened = [];
  writeFileSync(join(path, 'ledger.sqlite'), 'damaged '.repeat(1_000));
  const second = open();
  expect(second.snapshot().free).toEqual(CAPACITY);
  admit(second, 'b', 0.5);
  rmSync(path, { recursive: true });
  opened.push(openLedger({ path, capacity: CAPACITY, shareOut }));
  writeFileSync(join(path, 'ledger.sqlite'), 'damaged '.repeat(1_000));
  expect(second.reserve('b', part(0.75)).granted).toEqual(part(0.75));
  expect(open().snapshot().free).toEqual(part(0.25));
});

test('eight processes never hold more than there is, at any moment', async () => {
  const ledger = open();
  const children = Array.from({ length: 8 }, (_, index) =>
    spawn(
      process.execPath,
      ['--conditions=limber-source', HAMMER, path, '1500', String(index + 1)],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    ),
  );
  const exits = Promise.all(
    children.map(async (child) => (await once(child, 'exit'))[0] as number),
  );
  let running = true;
  const codes = exits.finally(() => (running = false));
  let busyMoments = 0;
  while (running) {
    const { reservations } = ledger.snapshot();
    if (reservations.length > 1) busyMoments += 1;
    for (const key of ALLOCATION_KEYS) {
      const total = reservations.reduce((sum, { held }) => sum + held[key], 0);
      expect(total).toBeLessThanOrEqual(CAPACITY[key] * (1 + 1e-9));
    }
    await new Promise(setImmediate);
  }
  expect(await codes).toEqual(Array.from({ length: 8 }, () => 0));
  expect(busyMoments).toBeGreaterThan(10);
  expect(new Set(ledger.reap()).size, 'the dead left something behind').toBeGreaterThan(0);
  expect(ledger.snapshot().free).toEqual(CAPACITY);
}, 60_000);
