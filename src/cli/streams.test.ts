import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { exitCodeOf, openOutput } from './streams.ts';

/** Far above what a test opens: EBADF, as for a descriptor that the caller closed. */
const NEVER_OPEN = 100_000;

/** A process of its own: its standard streams are real pipes whose reader can go away. */
function script(body: string) {
  const source = `
    const { openOutput, guardStream } = await import('${import.meta.dirname}/streams.ts');
    const { asWritable } = await import('${import.meta.dirname}/program-output.ts');
    ${body}`;
  return spawn(
    process.execPath,
    ['--conditions=limber-source', '--input-type=module', '-e', source],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
}

test('bytes of several writers arrive whole and in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-streams-'));
  const fd = openSync(join(folder, 'out'), 'w');
  const output = openOutput(fd);
  const writes = Array.from({ length: 100 }, (_, index) => output.write(`${index}\n`.repeat(50)));
  expect(await Promise.all(writes)).not.toContain(false);
  closeSync(fd);
  const lines = readFileSync(join(folder, 'out'), 'utf8').trim().split('\n').map(Number);
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  expect(lines).toHaveLength(5000);
  rmSync(folder, { recursive: true });
});

test('a slow reader is waited for without blocking the loop', async () => {
  const child = script(`
    let ticks = 0;
    const timer = setInterval(() => { ticks++; }, 5);
    const written = openOutput(1).write(Buffer.alloc(1 << 20, 'x'));
    process.stderr.write('waiting');
    const { promise, resolve } = Promise.withResolvers();
    const watch = setInterval(() => { if (ticks >= 10) { clearInterval(watch); process.stderr.write('ticked'); } }, 1);
    await written;
    clearInterval(timer);`);
  const errors = child.stderr.setEncoding('utf8');
  let told = '';
  // Nobody reads stdout until the loop has gone on ticking beside the blocked write.
  for await (const text of errors) {
    told += text as string;
    if (told.includes('ticked')) break;
  }
  expect(await buffer(child.stdout)).toHaveLength(1 << 20);
});

test('as a stream it is destroyed when the reader goes away', async () => {
  const child = script(`
    const sink = asWritable(openOutput(1));
    while (sink.writable) await new Promise((resolve) => sink.write('x', () => resolve()));
    await new Promise((resolve) => sink.write('late', () => resolve()));
    process.stderr.write('gone');`);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect((await buffer(child.stderr)).toString()).toBe('gone');
});

test('a full disk is a problem to tell, a missing reader is not', async () => {
  const fd = openSync('/dev/full', 'w');
  const output = openOutput(fd);
  expect(await output.write('x')).toBe(false);
  expect(output.problem()).toMatchObject({ code: 'ENOSPC' });
  expect(() => exitCodeOf(output)).toThrow('Cannot write to standard output: ENOSPC');
  closeSync(fd);
  const closed = openOutput(NEVER_OPEN);
  expect(await closed.write('x')).toBe(false);
  expect(exitCodeOf(closed)).toBe(141);
});

test('a guarded stderr survives its reader and says so once', async () => {
  const child = script(`
    let broken = 0;
    guardStream(process.stderr, () => { broken++; });
    await new Promise((resolve) => process.stdin.once('data', resolve));
    for (let turn = 0; turn < 5; turn++) {
      process.stderr.write('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.stdout.write(String(broken));
    process.exit(7);`);
  child.stderr.destroy();
  child.stdin.write('go');
  expect((await buffer(child.stdout)).toString()).toBe('1');
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(7);
});
