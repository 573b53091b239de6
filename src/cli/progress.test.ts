import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const DRAWING = `
import { createProgress } from ${JSON.stringify(new URL('progress.ts', import.meta.url).href)};
let now = 0;
const stream = { isTTY: true, write: (text) => process.stdout.write(text) };
const progress = createProgress(stream, 'files', () => (now += 1000));
progress.update(1, 9);
setInterval(() => {}, 1000);
`;

test('a signal that ends the process takes the line away first', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', DRAWING]);
  let written = '';
  for await (const part of child.stdout) {
    if (written === '') child.kill('SIGINT');
    written += String(part);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(written).toBe('\r1 of 9 files\u001b[K\r\u001b[K');
  expect(child.signalCode).toBe('SIGINT');
});
