import type { Doing, OutsideProcess, OutsideReading, RunStates, WaitsFor } from '#model/outside.ts';
import type { PlaceUse } from './place-use.ts';

const MOST_NAMED = 8;
/** Less is what a sleeping process spends on waking up now and then. */
const RUNNING_CORES = 0.02;

/**
 * A program waits for the first of these that one of its processes waits for. Whoever waits for
 * another process of the program tells least: that one does something itself.
 */
const MOST_TELLING = [
  'nothing',
  'disk',
  'network',
  'timer',
  'lock',
  'terminal',
  'pipe',
  'child',
] as const satisfies readonly WaitsFor[];

export type ProgramView = Pick<
  OutsideReading,
  'doing' | 'place' | 'placeCores' | 'processCount' | 'threadCount' | 'states' | 'top'
>;

/** What the processes of a program say of it as a whole. */
export function summarize(processes: readonly OutsideProcess[], use: PlaceUse): ProgramView {
  const living = processes.filter((process) => !isZombie(process));
  const place = placeOf(living);
  return {
    doing: doingOf(living),
    place: place?.name ?? '',
    placeCores: use.coresOf(living, place),
    processCount: processes.length,
    threadCount: processes.reduce((sum, { threads }) => sum + threads, 0),
    states: addStates(processes),
    top: processes.toSorted(byUse).slice(0, MOST_NAMED),
  };
}

function doingOf(processes: readonly OutsideProcess[]): Doing {
  for (const waitsFor of MOST_TELLING) {
    const found = processes.find((process) => process.waitsFor === waitsFor);
    if (found !== undefined) return found.doing;
  }
  return 'sleeping';
}

/** The youngest command that runs; where none does, the youngest that waits for no child. */
function placeOf(processes: readonly OutsideProcess[]): OutsideProcess | undefined {
  const parents = new Set(processes.map(({ parentPid }) => parentPid));
  const leaves = processes.filter(({ pid }) => !parents.has(pid));
  const running = processes.filter(isRunning);
  return (running.length > 0 ? running : leaves).reduce<OutsideProcess | undefined>(
    (youngest, process) => (youngest && isYounger(youngest, process) ? youngest : process),
    undefined,
  );
}

function isRunning({ states, cpuCores }: OutsideProcess): boolean {
  return states.running > 0 || cpuCores > RUNNING_CORES;
}

function isYounger(one: OutsideProcess, other: OutsideProcess): boolean {
  return one.startTicks === other.startTicks
    ? one.pid > other.pid
    : one.startTicks > other.startTicks;
}

/** A main thread that ended before the others looks like a zombie, too. */
function isZombie({ states, threads }: OutsideProcess): boolean {
  return states.zombie > 0 && threads <= 1;
}

function byUse(one: OutsideProcess, other: OutsideProcess): number {
  const [oneCores, otherCores] = [one.cpuCores || 0, other.cpuCores || 0];
  return otherCores - oneCores || other.memoryBytes - one.memoryBytes;
}

function addStates(processes: readonly OutsideProcess[]): RunStates {
  const sum = { running: 0, sleeping: 0, blocked: 0, zombie: 0 };
  for (const { states } of processes) {
    sum.running += states.running;
    sum.sleeping += states.sleeping;
    sum.blocked += states.blocked;
    sum.zombie += states.zombie;
  }
  return sum;
}
