import { parseArgs } from 'node:util';
import { measureMachine, type MachineFigures } from './microvm/machine.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { spread } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

/** Boot, resizes and overhead of a virtual machine, through the runtime's own interface. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: '5' } },
  });
  const machine = beginBenchmark('microvm');
  const runs = Number(values.runs);
  const measured: MachineFigures[] = [];
  for (let run = 0; run < runs; run++) measured.push(await measureMachine());
  const [first] = measured;
  if (!first) throw new Error('bench microvm: expected --runs of at least 1');
  const cases = Object.fromEntries(
    Object.keys(first.figures).map((name) => [
      name,
      spread(measured.map(({ figures }) => figures[name as keyof typeof figures])),
    ]),
  );
  printTable([
    ['', 'min', 'median', 'max'],
    ...Object.entries(cases).map(([name, { min, median, max }]) => [
      name,
      ...[min, median, max].map((value) => value.toFixed(value < 10 ? 1 : 0)),
    ]),
  ]);
  writeResult('microvm', machine, { accelerator: first.accelerator, runs, cases });
}
