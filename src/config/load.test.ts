import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './load.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-config-'));
  file = join(folder, 'config.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function configured(content: unknown) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { LIMBER_CONFIG: file };
}

test('without a file the defaults hold, frozen at every depth', () => {
  const config = loadConfig({ env: { HOME: folder } });
  expect(config.policy).toBe('predictive');
  expect(config.base).toMatchObject({ cpuCores: 1, memoryBytes: 64 * 2 ** 20 });
  expect(() => Object.assign(config.predictive, { cpuMargin: 9 })).toThrow(TypeError);
});

test('the file is below the options, key by key', () => {
  const env = configured({ policy: 'threshold', base: { cpuCores: '500m', memoryBytes: '1Gi' } });
  const config = loadConfig({ env, overrides: { base: { cpuCores: 2, memoryBytes: undefined } } });
  expect(config.policy).toBe('threshold');
  expect(config.base).toEqual({
    cpuCores: 2,
    memoryBytes: 2 ** 30,
    ingressBitsPerSecond: 20e6,
    egressBitsPerSecond: 20e6,
  });
});

test.each([
  ['XDG_CONFIG_HOME', 'limber'],
  ['HOME', '.config/limber'],
])('the file is found through %s', (variable, below) => {
  mkdirSync(join(folder, below), { recursive: true });
  writeFileSync(join(folder, below, 'config.json'), '{ "policy": "static" }');
  expect(loadConfig({ env: { HOME: '/nowhere', [variable]: folder } }).policy).toBe('static');
});

test.each([
  [{ limits: { maxProcesses: 'many' } }, 'limits.maxProcesses: expected number, got "many"'],
  [
    { base: { cpuCores: '12x' } },
    'base.cpuCores: CPU: expected cores such as 500m, 2 or 1.5, got "12x"',
  ],
  [{ sampling: { idleMs: true } }, 'sampling.idleMs: expected a quantity such as'],
  [{ thresholds: { highCpu: 80 } }, 'thresholds.highCpu: expected a number of at most 1, got 80'],
  [{ node: { cpuRation: 2 } }, 'unknown key node.cpuRation'],
  [
    { min: { cpuCores: 4 }, max: { cpuCores: 2 } },
    'min.cpuCores: expected at most max.cpuCores (2), got 4',
  ],
  ['[]', 'expected a JSON object'],
  ['{ "policy": ', 'expected JSON, got a mistake'],
])('%j is refused: %s', (content, problem) => {
  const env = configured(content);
  expect(() => loadConfig({ env })).toThrow(
    expect.objectContaining({
      code: 'config-invalid',
      exitCode: 78,
      message: expect.stringContaining(`Configuration ${file}: ${problem}`),
    }),
  );
});

test('a mistake in the options is not blamed on the file', () => {
  const env = configured({ max: { memoryBytes: '1Gi' } });
  const overrides = { min: { memoryBytes: '2Gi' } };
  expect(() => loadConfig({ env, overrides })).toThrow(/given by options: min.memoryBytes/);
});

test('a file that the user named must be there', () => {
  expect(() => loadConfig({ env: { LIMBER_CONFIG: file } })).toThrow(
    expect.objectContaining({
      code: 'config-invalid',
      message: expect.stringMatching(/ENOENT.*LIMBER_CONFIG names this file/),
    }),
  );
});
