import { expect, test } from 'vitest';
import type { TimelinePoint } from '#model/summary.ts';
import { plainStyle } from '../style.ts';
import { visibleWidth } from '../text-table.ts';
import type { LiveRun, LiveSource } from './source.ts';
import { TopView } from './top.ts';

const MIB = 2 ** 20;
const NOW_MS = 100_000;

function point(cpuCoresUsed: number, memoryWorkingSetBytes: number): TimelinePoint {
  return {
    atSeconds: 3,
    allocation: {
      cpuCores: 2,
      memoryBytes: 64 * MIB,
      ingressBitsPerSecond: Infinity,
      egressBitsPerSecond: Infinity,
    },
    cpuCoresUsed,
    cpuCoresThrottled: 0,
    memoryBytes: memoryWorkingSetBytes,
    memoryWorkingSetBytes,
    memoryStalled: false,
    ingressBitsPerSecond: 0,
    egressBitsPerSecond: 0,
    processCount: 1,
    activity: 'computing',
    place: 'job.py:grow:3',
  };
}

function run(id: string, latest?: TimelinePoint): LiveRun {
  const status = latest ? 'running' : 'succeeded';
  const facts = { startedAtMs: NOW_MS - 3000, policy: 'predictive', priority: 50 };
  return { id, title: `${id}.py`, status, ...facts, ...(latest && { latest }) };
}

const RUNS = [run('idle', point(0, 50 * MIB)), run('busy', point(1.5, 8 * MIB)), run('gone')];

const source = (runs: () => Promise<readonly LiveRun[]>): LiveSource => ({
  runs,
  find: async (id) => id,
  watch: () => Promise.reject(new Error('not asked')),
  capacity: async () => ({ cpuCores: 4, memoryBytes: 1024 * MIB }),
});

const size = { rows: 12, columns: 120 };
const press = (view: TopView, keys: string) =>
  [...keys].map((text) => view.press({ name: text === '\r' ? 'return' : text, text })).at(-1);
const shown = (view: TopView) => view.frame(size, plainStyle(), NOW_MS);
const ids = (view: TopView) =>
  shown(view).flatMap((line) => /(?:^|\s)(idle|busy|gone) /.exec(line)?.[1] ?? []);

async function opened(runs = async (): Promise<readonly LiveRun[]> => RUNS) {
  const view = new TopView({ order: 'cpu', showsEnded: false });
  await view.read(source(runs));
  return view;
}

test('the busiest is on top; keys sort, reverse, and bring past runs', async () => {
  const view = await opened();
  expect(ids(view)).toEqual(['busy', 'idle']);
  press(view, 'm');
  expect(ids(view)).toEqual(['idle', 'busy']);
  press(view, 'r');
  expect(ids(view)).toEqual(['busy', 'idle']);
  press(view, 'ra');
  expect(ids(view)).toEqual(['idle', 'busy', 'gone']);
});

test('what all have is set against what there is', async () => {
  const view = await opened();
  expect(shown(view)[1]).toBe(
    'CPU 1.5 used, 4 allocated of 4 · memory 58Mi used, 128Mi allocated of 1Gi',
  );
});

test('enter watches the chosen one', async () => {
  const view = await opened();
  shown(view);
  expect(press(view, '\r')).toEqual({ watch: 'busy' });
  press(view, 'j');
  expect(press(view, '\r')).toEqual({ watch: 'idle' });
  expect(press(view, 'q')).toBe('quit');
});

test('a search takes letters that are keys elsewhere, and says when it finds nothing', async () => {
  const view = await opened();
  press(view, '/q');
  expect(shown(view).at(-1)).toBe('/q▏');
  expect(shown(view).join('\n')).toContain('No run has this');
  view.press({ name: 'backspace', text: '' });
  press(view, 'idle\r');
  expect(ids(view)).toEqual(['idle']);
});

test('no line is wider than the terminal, however narrow, and the frame fills it', async () => {
  const view = await opened();
  for (const columns of [20, 40, 70, 100, 200])
    for (const rows of [6, 12, 50]) {
      const lines = view.frame({ rows, columns }, plainStyle(), NOW_MS);
      expect(lines).toHaveLength(rows);
      expect(Math.max(...lines.map(visibleWidth))).toBeLessThanOrEqual(columns);
    }
});

test('when there is no answer, what was read stays, with the reason', async () => {
  let answers = true;
  const view = await opened(() =>
    answers ? Promise.resolve(RUNS) : Promise.reject(new Error('nobody is there')),
  );
  answers = false;
  await view.read(source(() => Promise.reject(new Error('nobody is there'))));
  expect(ids(view)).toEqual(['busy', 'idle']);
  expect(shown(view).at(-1)).toBe('nobody is there');
});
