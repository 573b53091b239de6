import { expect, test } from 'vitest';
import { plainStyle } from '../style.ts';
import { areaChart } from './area-chart.ts';

test('usage is an area, the allocation a line over it', () => {
  const used = [0, 1, 2, 3, 4];
  const allocated = [4, 4, 3, 3, 4];
  expect(areaChart({ used, allocated, top: 4, rows: 4 }, plainStyle())).toEqual([
    '──  █',
    '  ─██',
    '  ███',
    ' ████',
  ]);
});

test('a little is seen, nothing is not, and what was not read is left out', () => {
  const chart = { used: [undefined, 0, 0.001], allocated: [undefined, Infinity], top: 8, rows: 1 };
  expect(areaChart(chart, plainStyle())).toEqual(['  ▁']);
  expect(areaChart(chart, plainStyle({ unicode: false }))).toEqual(['  .']);
});
