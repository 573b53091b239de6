import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutputLog, type OutputStream } from './output-log.ts';
import { readOutputLog } from './read-output-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function read(at: string, stream: OutputStream) {
  const parts: (string | number)[] = [];
  for await (const part of readOutputLog(at, stream)) {
    const last = parts.at(-1);
    if (!Buffer.isBuffer(part)) parts.push(part.omittedBytes);
    else if (typeof last === 'string') parts[parts.length - 1] = last + part.toString('latin1');
    else parts.push(part.toString('latin1'));
  }
  return parts;
}

function bytesOnDisk(at: string): number {
  return readdirSync(at).reduce((sum, name) => sum + statSync(join(at, name)).size, 0);
}

test('what fits is kept whole, each stream by itself', async () => {
  const log = openOutputLog(folder, 1_000);
  log.write('stdout', Buffer.from('hello '));
  log.write('stderr', Buffer.from('oops'));
  log.write('stdout', Buffer.from('world'));
  expect(log.close()).toBeUndefined();
  expect(await read(folder, 'stdout')).toEqual(['hello world']);
  expect(await read(folder, 'stderr')).toEqual(['oops']);
});

test('a run without output, and one whose output is gone, have none', async () => {
  openOutputLog(folder, 1_000).close();
  expect(await read(folder, 'stdout')).toEqual([]);
  expect(await read(join(folder, 'gone'), 'stdout')).toEqual([]);
});

test('output can be read while the program runs', async () => {
  const log = openOutputLog(folder, 1_000);
  log.write('stdout', Buffer.from('first'));
  await expect.poll(() => read(folder, 'stdout')).toEqual(['first']);
  log.close();
});

test('the start and the end are kept, within the limit, and the gap is counted', async () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 6 });
  const kept = fc.integer({ min: 80, max: 600_000 });
  await fc.assert(
    fc.asyncProperty(chunks, kept, async (sizes, keptBytes) => {
      const at = mkdtempSync(join(folder, 'case-'));
      const log = openOutputLog(at, keptBytes);
      const all = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0));
      all.forEach((_, index) => (all[index] = (index * 31) >>> 3));
      let from = 0;
      for (const size of sizes) log.write('stdout', all.subarray(from, (from += size)));
      log.close();
      expect(bytesOnDisk(at)).toBeLessThanOrEqual(keptBytes);
      const text = all.toString('latin1');
      const parts = await read(at, 'stdout');
      const [head, omittedBytes = 0, tail = ''] = parts as [string, number?, string?];
      expect(parts.length).not.toBe(2);
      expect(text.startsWith(head) && text.endsWith(tail)).toBe(true);
      expect(head.length + omittedBytes + tail.length).toBe(text.length);
      const isWhole = omittedBytes === 0;
      const leastTail = isWhole ? 0 : Math.floor(keptBytes / 8) * 3;
      expect(head.length).toBe(isWhole ? text.length : Math.floor(keptBytes / 2));
      expect(tail.length).toBeGreaterThanOrEqual(leastTail);
    }),
    { numRuns: 40 },
  );
});

test('a folder that vanishes is a problem to tell, not an exception', () => {
  const log = openOutputLog(join(folder, 'own'), 100);
  log.write('stdout', Buffer.alloc(10));
  rmSync(join(folder, 'own'), { recursive: true });
  log.write('stdout', Buffer.alloc(300_000));
  expect(log.close()).toMatchObject({ text: expect.stringMatching(/could not be kept: ENOENT/) });
});
