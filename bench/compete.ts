import { parseArgs } from 'node:util';
import {
  eachItsController,
  oneController,
  unlimited,
  type Outcome,
  type Result,
} from './compete/ways.ts';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { spread } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const PRIORITIES = [90, 70, 50, 50, 50, 20, 20, 20];

/**
 * Eight programs that compute, of mixed priorities, on the cores of this machine: what the highest
 * loses to the others, and what all of them lose to being limited.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '6' },
    },
  });
  const machine = beginBenchmark('compete');
  const race = { priorities: PRIORITIES, seconds: Number(values.seconds) };
  const ways: Readonly<Record<string, () => Promise<Outcome>>> = {
    'no limits': () => unlimited(race, false),
    'cpu.weight only': () => unlimited(race, true),
    'limber, one controller': () => oneController(race),
    'limber, eight controllers': () => eachItsController(race),
  };
  const rounds: Round[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const [alone] = await unlimited({ ...race, priorities: [90] }, false);
    const counts: Record<string, Outcome> = {};
    // In another order each time: the machine may be busier at the end of a round.
    for (const name of rotated(Object.keys(ways), round)) counts[name] = await ways[name]!();
    rounds.push({ alone: alone!, counts });
    process.stdout.write(`round ${round + 1}: ${JSON.stringify({ alone, counts })}\n`);
  }
  const figures = Object.fromEntries(
    Object.keys(ways).map((name) => [name, figuresOf(name, rounds)]),
  );
  printTable([
    ['', 'highest: slowdown', 'all: throughput', 'highest: CPU time', 'all: CPU time'],
    ...Object.entries(figures).map(([name, cells]) => [name, ...Object.values(cells).map(shown)]),
  ]);
  writeResult('compete', machine, { ...race, figures, rounds });
}

type Round = { readonly alone: Result; readonly counts: Readonly<Record<string, Outcome>> };

/**
 * Against the same round's run alone, and the same round's runs without limits. CPU time tells the same
 * where processors are not equally fast at all times.
 */
function figuresOf(name: string, rounds: readonly Round[]) {
  const ofHighest = (quantity: keyof Result) =>
    rounds.map(({ alone, counts }) => alone[quantity] / counts[name]![0]![quantity]);
  const ofAll = (quantity: keyof Result) =>
    rounds.map(({ counts }) => {
      const all = total(counts[name]!, quantity);
      return all / total(counts['no limits']!, quantity);
    });
  return {
    slowdown: spread(ofHighest('count')),
    throughput: spread(ofAll('count')),
    slowdownByCpuTime: spread(ofHighest('cpuSeconds')),
    throughputByCpuTime: spread(ofAll('cpuSeconds')),
  };
}

function shown({ median, min, max }: ReturnType<typeof spread>): string {
  return `${median} (${min}–${max})`;
}

function total(outcome: Outcome, quantity: keyof Result): number {
  return outcome.reduce((sum, result) => sum + result[quantity], 0);
}

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  return items.map((_, index) => items[(index + by) % items.length]!);
}
