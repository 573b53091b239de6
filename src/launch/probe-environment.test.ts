import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probeEnvironment } from './probe-environment.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-probes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('interpreters are led to the probes, and what the user set comes after', () => {
  mkdirSync(join(folder, 'python'));
  mkdirSync(join(folder, 'node'));
  writeFileSync(join(folder, 'node/preload.cjs'), '');
  const env = {
    PYTHONPATH: '/lib/a:/lib/b',
    NODE_OPTIONS: '--max-old-space-size=64',
    PATH: '/bin',
  };
  expect(probeEnvironment(env, folder)).toEqual({
    LIMBER_PROBE: '/run/limber/probe',
    LIMBER_HINTS: '/run/limber/hints',
    PYTHONPATH: '/run/limber/probes/python:/lib/a:/lib/b',
    NODE_OPTIONS: '--require /run/limber/probes/node/preload.cjs --max-old-space-size=64',
    PATH: '/bin:/run/limber/probes/bin',
  });
  expect(probeEnvironment({}, folder)['PYTHONPATH']).toBe('/run/limber/probes/python');
});

test('nothing leads to a probe that is not there', () => {
  const names = Object.keys(probeEnvironment({ PATH: '/bin' }, folder));
  expect(names).toEqual(['LIMBER_PROBE', 'LIMBER_HINTS', 'PATH']);
});
