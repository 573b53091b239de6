import { parseArgs } from 'node:util';
import { downloadCase, programCases, type Case } from './headline/cases.ts';
import { compare, type Compared } from './headline/compare.ts';
import { startFileServer } from './headline/file-server.ts';
import type { Way } from './headline/run-program.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { printTable } from './measure/table.ts';

const WAYS = 'unlimited,predictive,threshold,static,plain';

/** What `predictive` costs in time and saves in reservations, against its peers in one session. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: 'string', default: '5' },
      ways: { type: 'string', default: WAYS },
      only: { type: 'string', default: '' },
      name: { type: 'string', default: 'headline' },
      'grow-megabytes': { type: 'string', default: '2000' },
      'cpu-seconds': { type: 'string', default: '3' },
      'no-network': { type: 'boolean', default: false },
    },
  });
  const machine = beginBenchmark(values.name);
  const server = await startFileServer();
  const cases = [
    ...programCases({
      growMegabytes: Number(values['grow-megabytes']),
      cpuSeconds: Number(values['cpu-seconds']),
    }),
    ...(values['no-network'] ? [] : [downloadCase(server.port)]),
  ].filter(({ name }) => name.includes(values.only));
  const results = [];
  for (const one of cases) {
    const compared = await compare(one, waysFor(one, values.ways), Number(values.pairs));
    results.push({ case: one.name, aim: one.aim, ways: compared });
    print(one, compared);
  }
  server.close();
  writeResult(values.name, machine, { pairs: Number(values.pairs), cases: results });
}

/** `plain` does not know the host by the name inside, and `static` takes minutes to show nothing new. */
function waysFor({ program }: Case, ways: string): readonly Way[] {
  const all = ways.split(',') as Way[];
  if (!program.options.includes('--host-port')) return all;
  return all.filter((way) => way !== 'plain' && way !== 'static');
}

function print({ name, aim }: Case, compared: readonly Compared[]): void {
  process.stdout.write(`\n${name}: aim ${JSON.stringify(aim)}\n`);
  const text = (figures?: { median: number; min: number; max: number }) =>
    figures ? `${figures.median} (${figures.min}–${figures.max})` : '';
  const rate = ({ rates }: Compared) =>
    rates ? `${rates.highest.median / 1e6} → ${rates.last.median / 1e6}` : '';
  printTable([
    [
      '',
      'seconds',
      'ratio',
      'cpu res/used',
      'mem res/used',
      'throttled',
      'stalled',
      'resizes',
      'Mbit/s',
      'failed',
    ],
    ...compared.map((one) => [
      one.way,
      text(one.seconds),
      text(one.timeRatio),
      text(one.cpuReservedPerUsed),
      text(one.memoryReservedPerUsed),
      text(one.throttledSeconds),
      text(one.memoryStalledSeconds),
      String(one.resizes?.median ?? ''),
      rate(one),
      String(one.notSucceeded),
    ]),
  ]);
}
