import fc from 'fast-check';
import { expect } from 'vitest';
import { Caretaker } from '../../../bench/api-fuzz/caretaker.ts';
import { exchange } from '../../../bench/api-fuzz/exchange.ts';
import { aimAt } from '../../../bench/api-fuzz/fuzz.ts';
import { test } from '../box.ts';
import { configured, endAll, Server } from './server.ts';

/** More of it: `npm run bench -- api-fuzz`. */
const ROUNDS = 150;
const AT_ONCE = 8;
const MOST_GROWTH_BYTES = 300 * 2 ** 20;

test(
  'whatever is sent, the answer is one of the document, and nothing of it stays',
  { timeout: 240_000 },
  async ({ box }) => {
    const env = configured(box, { serve: { maxRequestsPerMinute: 1e6, maxRunning: 4 } });
    const server = await new Server(box, ['--no-keys'], env).start();
    const caretaker = new Caretaker(server.url, '');
    const before = await caretaker.sweep();
    const { target, requests } = await aimAt({ url: server.url, key: '' }, AT_ONCE);
    const together = fc.array(requests, { minLength: 1, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(together, async (batch) => {
        await Promise.all(batch.map((request) => exchange(target, request)));
      }),
      { numRuns: ROUNDS },
    );
    target.agent.destroy();
    const after = await caretaker.sweep();
    expect(after.rssBytes - before.rssBytes).toBeLessThan(MOST_GROWTH_BYTES);
    expect(after.openDescriptors).toBeLessThan(before.openDescriptors + 30);
    await endAll(server);
    expect(server.limber.stderr).toBe('');
  },
);
