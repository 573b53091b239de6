import { parseArgs } from 'node:util';
import { CLUSTER } from '../test/kubernetes/cluster.ts';
import { measureResizes, type Figures } from './kubernetes/resizes.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { spread, type Spread } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

/** How long each resize of a pod takes on a real cluster, through the runtime's own resizer. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '10' } },
  });
  if (CLUSTER === undefined)
    throw new Error(
      'bench kubernetes measures a real cluster: set LIMBER_TEST_KUBECONFIG to its kubeconfig (and LIMBER_TEST_IMAGE to an image with python3)',
    );
  const machine = beginBenchmark('kubernetes');
  const { server, cases } = await measureResizes(Number(values.runs));
  printTable([
    ['ms, min/median/max', 'outcome', 'API answers', 'seen inside', 'settled', 'runs'],
    ...cases.map(({ name, outcomes, answeredMs, insideMs, settledMs }) => [
      name,
      outcomes.join(', '),
      text(answeredMs),
      text(insideMs),
      text(settledMs),
      String(settledMs.length),
    ]),
  ]);
  writeResult('kubernetes', machine, {
    unit: 'ms',
    server,
    cases: Object.fromEntries(cases.map((one) => [one.name, summary(one)])),
  });
}

function summary({ outcomes, answeredMs, insideMs, settledMs, message }: Figures): object {
  const spreadOf = (values: readonly number[]): Spread | undefined =>
    values.length === 0 ? undefined : spread(values);
  return {
    outcomes,
    message,
    apiAnswers: spreadOf(answeredMs),
    seenInside: spreadOf(insideMs),
    settled: spreadOf(settledMs),
  };
}

function text(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const { min, median, max } = spread(values);
  return [min, median, max].map(Math.round).join('/');
}
