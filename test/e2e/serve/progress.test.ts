import { expect } from 'vitest';
import type { LoopProgress } from '#model/forecast.ts';
import { readEvents, test, type StreamEvent } from './server.ts';

/** Grows steadily in a loop whose bound can be read: 100 MB in 500 rounds and ten seconds. */
const LOOP = `
import time
def load(count):
    kept = []
    for i in range(count):
        kept.append(bytearray(200_000))
        time.sleep(0.02)
    return kept
print(len(load(500)))
`;
const ENOUGH = 4;

const progressIn = (events: readonly StreamEvent[]) =>
  events.flatMap(({ data }) => (data['progress'] as LoopProgress | undefined) ?? []);

test('who follows the events of an execution sees how far its loop has come, and where it leads', async ({
  server,
}) => {
  const json = { code: LOOP, language: 'python' };
  const { body } = await server.send('POST', '/v1/executions', { json });
  const stream = await server.fetch('GET', `/v1/executions/${body.id}/events?kinds=sample`);
  const told = progressIn(await readEvents(stream, (all) => progressIn(all).length >= ENOUGH));
  expect(told.length).toBeGreaterThanOrEqual(ENOUGH);
  const fractions = told.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((one, other) => one - other));
  for (const { fraction, secondsLeft, peakBytes } of told) {
    expect(fraction).toBeGreaterThan(0);
    expect(fraction).toBeLessThanOrEqual(1);
    expect(secondsLeft.high).toBeGreaterThanOrEqual(secondsLeft.low);
    expect(peakBytes.high).toBeGreaterThan(80e6);
    expect(peakBytes.high).toBeLessThan(400e6);
  }
  // It goes on: what was told was told while it ran.
  const { body: now } = await server.send('GET', `/v1/executions/${body.id}`);
  expect(now.state).toBe('running');
});
