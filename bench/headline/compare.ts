import type { RunSummary } from '#model/summary.ts';
import { rounded, spread, type Spread } from '../measure/statistics.ts';
import type { Case } from './cases.ts';
import { runProgram, type ProgramRun, type Way } from './run-program.ts';

export type Compared = {
  readonly way: Way;
  /** Of the runs that succeeded; absent when none did. */
  readonly seconds?: Spread;
  /** Of each run to the unlimited run of its pair. */
  readonly timeRatio?: Spread;
  readonly cpuReservedPerUsed?: Spread;
  readonly memoryReservedPerUsed?: Spread;
  readonly throttledSeconds?: Spread;
  readonly memoryStalledSeconds?: Spread;
  readonly resizes?: Spread;
  readonly notSucceeded: number;
  /** Highest and last incoming rate, for programs with a network. */
  readonly rates?: { readonly highest: Spread; readonly last: Spread };
};

/** Rounds of A B A B …: what disturbs the machine disturbs all ways alike. */
export async function compare(
  { program }: Case,
  ways: readonly Way[],
  rounds: number,
): Promise<readonly Compared[]> {
  const runs = new Map<Way, ProgramRun[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) runs.get(way)?.push(await runProgram(program, way));
  }
  const reference = runs.get('unlimited') ?? [];
  return ways.map((way) => comparedWith(reference, way, runs.get(way) ?? []));
}

function comparedWith(
  reference: readonly ProgramRun[],
  way: Way,
  runs: readonly ProgramRun[],
): Compared {
  const summaries = runs.flatMap(({ summary }) => summary ?? []);
  const ratios = runs.flatMap(({ seconds }, round) => {
    const of = reference[round]?.seconds;
    return seconds === undefined || of === undefined ? [] : [seconds / of];
  });
  return {
    way,
    ...(ratios.length > 0 && {
      seconds: spread(runs.flatMap(({ seconds }) => seconds ?? [])),
      timeRatio: spread(ratios),
    }),
    notSucceeded: summaries.filter(({ outcome }) => outcome !== 'succeeded').length,
    ...(summaries.length > 0 && figuresOf(summaries)),
  };
}

function figuresOf(summaries: readonly RunSummary[]) {
  const of = (pick: (summary: RunSummary) => number) => spread(summaries.map(pick));
  return {
    cpuReservedPerUsed: of(({ cpu }) => cpu.reservedCoreSeconds / cpu.usedCoreSeconds),
    memoryReservedPerUsed: of(({ memory }) => memory.reservedByteSeconds / memory.usedByteSeconds),
    throttledSeconds: of(({ cpu }) => cpu.throttledSeconds),
    memoryStalledSeconds: of(({ memory }) => memory.stalledSeconds),
    resizes: of(({ resizes }) => resizes.cpu + resizes.memory + resizes.network),
    ...(summaries.some(({ network }) => network.receivedBytes > 0) && { rates: rates(summaries) }),
  };
}

function rates(summaries: readonly RunSummary[]) {
  const held = summaries.map(({ initial, decisions }) => [
    initial.ingressBitsPerSecond,
    ...decisions.map(({ to }) => to.ingressBitsPerSecond),
  ]);
  return {
    highest: spread(held.map((values) => rounded(Math.max(...values)))),
    last: spread(held.map((values) => values.at(-1) ?? NaN)),
  };
}
