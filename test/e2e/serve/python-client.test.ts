import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { breakingWay } from './breaking-way.ts';
import { test } from './server.ts';

const FOLDER = resolve(import.meta.dirname, '../../../clients/python');
const run = promisify(execFile);

test('the Python client does what the server can', { timeout: 240_000 }, async ({ server }) => {
  using way = await breakingWay(server.url, 6_000);
  const env = {
    PATH: process.env['PATH'],
    PYTHONPATH: FOLDER,
    PYTHONDONTWRITEBYTECODE: '1',
    LIMBER_SERVER: server.url,
    LIMBER_BREAKING: way.url,
  };
  const args = ['-W', 'error', '-m', 'unittest', '-v', 'tests.test_client'];
  const { stderr } = await run('python3', args, { cwd: FOLDER, env }).catch(
    (error: { stderr: string }) => error,
  );
  expect(stderr).toMatch(/\nOK\n$/);
  // In both clients; how often depends on how much was told.
  expect(way.breaks()).toBeGreaterThan(2);
});
