import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './box.ts';

const TRACE = 't,memoryMB,cpuPercent\n0,20,100\n1,80,100\n2,300,50\n6,120,5\n8,120,200\n';

test('a trace under several policies: a table, JSON and a picture', async ({ box }) => {
  box.write('usage.csv', TRACE);
  const args = ['simulate', 'usage.csv', '--policy', 'predictive', '--policy', 'unlimited'];
  const { exitCode, stdout, stderr } = await box.limber([...args, '--plot', 'curves.svg']);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.toString()).toMatch(
    /^policy +slowdown +memory slack .*\npredictive +1\.\d+ .*\nunlimited +1\.000/,
  );
  const svg = readFileSync(join(box.current, 'curves.svg'), 'utf8');
  expect(svg).toMatch(/^<svg .*<path .*<\/svg>\n$/s);
  const json = await box.limber([...args, '--json']);
  const again = await box.limber([...args, '--json']);
  const { policies } = JSON.parse(json.stdout.toString()) as { policies: { policy: string }[] };
  expect(policies.map(({ policy }) => policy)).toEqual(['predictive', 'unlimited']);
  expect(again.stdout.toString()).toBe(json.stdout.toString());
});

test('a fleet: what was refused, waited and used', async ({ box }) => {
  const fleet = ['--arrivals', 'poisson', '--instances', '30', '--nodes', '2', '--rate', '5'];
  const { exitCode, stdout } = await box.limber(['simulate', ...fleet, '--policy', 'predictive']);
  expect(exitCode).toBe(0);
  expect(stdout.toString()).toMatch(/^runs +30$/m);
  expect(stdout.toString()).toMatch(/^refused +0$/m);
});

test('a recorded run under another policy, beside what happened', async ({ box }) => {
  const script = box.program('grow.py');
  await box.run([script, '200', '--memory', '64Mi']);
  const { exitCode, stdout, stderr } = await box.limber([
    'replay',
    'last',
    '--policy',
    'threshold',
    '--plot',
    'replay.html',
  ]);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout.toString()).toMatch(/^predictive \(as it happened\) /m);
  expect(stdout.toString()).toMatch(/^threshold /m);
  expect(existsSync(join(box.current, 'replay.html'))).toBe(true);
  const over = await box.limber(['simulate', 'run:last', '--policy', 'static', '--memory', '1Gi']);
  expect(over.exitCode).toBe(0);
});

const MISTAKES = [
  [['simulate'], 64, 'There is nothing to simulate'],
  [['simulate', 'none.csv'], 66, 'Cannot read none.csv'],
  [['simulate', 'bad.csv'], 65, 'Trace bad.csv, line 3: expected memoryMB to be a number'],
  [['simulate', 'usage.csv', '--plot', '/nowhere/x.svg'], 73, 'Cannot write the report'],
  [['replay', 'last'], 66, 'nothing was run yet'],
] as const;

test('a mistake is said, with its line and what to do', async ({ box }) => {
  box.write('usage.csv', TRACE);
  box.write('bad.csv', 't,memoryMB,cpuPercent\n0,20,100\n1,x,100\n');
  for (const [args, code, words] of MISTAKES) {
    const { exitCode, stderr } = await box.limber(args);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
  }
});
