import { parseArgs } from 'node:util';
import { fuzz, type Fuzzed } from './api-fuzz/fuzz.ts';
import { startServer } from './api-fuzz/server.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';

/** Requests made from the document of the API: what breaks, and what stays behind in the server. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      requests: { type: 'string', default: '50000' },
      seed: { type: 'string', default: '1' },
      'at-once': { type: 'string', default: '8' },
    },
  });
  const machine = beginBenchmark('api-fuzz');
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  const server = await startServer();
  try {
    const onBatch = (so: Fuzzed) =>
      process.stderr.write(
        `${so.requests} of ${requests}, ${so.problems.length} problems, ${mebibytes(so)} MiB\n`,
      );
    const fuzzed = await fuzz(server, {
      requests,
      seed,
      atOnce: Number(values['at-once']),
      onBatch,
    });
    const { problems, held, ...figures } = fuzzed;
    console.dir({ ...figures, problems, first: held[0], last: held.at(-1) }, { depth: 5 });
    if (server.log() !== '') console.log(`log of the server:\n${server.log()}`);
    const every = Math.ceil(held.length / 10);
    const kept = held.filter((_, at) => at % every === 0 || at === held.length - 1);
    writeResult('api-fuzz', machine, { seed, ...figures, problems, held: kept });
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await server.end();
  }
}

function mebibytes({ held }: Fuzzed): number {
  return Math.round((held.at(-1)?.rssBytes ?? 0) / 2 ** 20);
}
