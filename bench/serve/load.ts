import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, rounded } from '../measure/statistics.ts';
import type { BenchServer } from './server.ts';

export type Throughput = {
  readonly concurrent: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** `concurrent` callers, each of which asks again as soon as it is answered, for `seconds`. */
export async function throughput(
  concurrent: number,
  seconds: number,
  ask: (caller: number) => Promise<unknown>,
): Promise<Throughput> {
  const times: number[] = [];
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1000;
  const callers = Array.from({ length: concurrent }, async (_, caller) => {
    while (performance.now() < untilMs) {
      const askedMs = performance.now();
      await ask(caller);
      times.push(performance.now() - askedMs);
    }
  });
  await Promise.all(callers);
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  return {
    concurrent,
    perSecond: rounded(times.length / elapsedSeconds),
    p50Ms: rounded(quantile(times, 0.5)),
    p99Ms: rounded(quantile(times, 0.99)),
  };
}

export type Streams = {
  readonly streams: number;
  /** From the request that causes an event until every stream has it. */
  readonly deliveredMs: { readonly p50: number; readonly max: number };
  readonly bytesPerStream: number;
};

/** Event streams that are all open at once, of which each gets every event. */
export async function openStreams(server: BenchServer, streams: number): Promise<Streams> {
  const before = server.residentBytes();
  let received = 0;
  let marker = '';
  const open = await Promise.all(
    Array.from({ length: streams }, async () => {
      const stream = await server.stream('/v1/events');
      stream.on('data', (chunk: Buffer) => {
        if (marker !== '' && chunk.includes(marker)) received += 1;
      });
      return stream;
    }),
  );
  const bytesPerStream = (server.residentBytes() - before) / streams;
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    received = 0;
    const startedMs = performance.now();
    const { body } = await server.call('POST', '/v1/executions', { command: ['true'] });
    marker = (JSON.parse(body) as { id: string }).id;
    while (received < streams && performance.now() - startedMs < 20_000) await sleep(1);
    if (received < streams) throw new Error(`${received} of ${streams} streams got an event`);
    times.push(performance.now() - startedMs);
    marker = '';
    await sleep(1_000);
  }
  for (const stream of open) stream.destroy();
  return {
    streams,
    deliveredMs: { p50: rounded(quantile(times, 0.5)), max: rounded(Math.max(...times)) },
    bytesPerStream: rounded(bytesPerStream),
  };
}
