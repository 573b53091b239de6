import { batch, signal } from '@preact/signals';
import type { Execution, ExecutionEvent } from '#client/index.ts';
import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import { LineHeat } from './line-heat.ts';
import { OutputTail } from './output-tail.ts';
import { Series } from './series.ts';

type Of<Kind extends ExecutionEvent['kind']> = Extract<
  ExecutionEvent,
  { readonly kind: Kind }
>['data'];
export type Sample = Of<'sample'>;
export type Decision = Of<'decision'>;
export type Note = Of<'note'>;

export const SAMPLED = [
  'atSeconds',
  'cpuUsed',
  'cpuAllocated',
  'cpuHeld',
  'memoryUsed',
  'memoryAllocated',
  'memoryHeld',
  'ingressUsed',
  'ingressAllocated',
  'egressUsed',
  'egressAllocated',
] as const;
export type Sampled = (typeof SAMPLED)[number];

/** More often than that nobody reads figures. */
const TOLD_EVERY_MS = 100;
const TOLD_WHILE_IN_USE_MS = 300;

/** For as long as it did the same in the same place. */
export type Stretch = {
  readonly from: number;
  to: number;
  readonly activity: string;
  readonly place: string;
};

/** Moments, and the larger of both amounts. */
type Changes = { readonly seconds: number[]; readonly amounts: number[] };

function newChanges(): { readonly grew: Changes; readonly shrank: Changes } {
  return { grew: { seconds: [], amounts: [] }, shrank: { seconds: [], amounts: [] } };
}

/** What the events of one execution add up to. Those who show it look again when `revision` rises. */
export class RunModel {
  readonly series = new Series<Sampled>(SAMPLED);
  readonly decisions: Decision[] = [];
  /** Of each resource, when it was changed. */
  readonly changes: Readonly<Record<AllocationKey, ReturnType<typeof newChanges>>> = {
    cpuCores: newChanges(),
    memoryBytes: newChanges(),
    ingressBitsPerSecond: newChanges(),
    egressBitsPerSecond: newChanges(),
  };
  readonly notes: Note[] = [];
  readonly stretches: Stretch[] = [];
  /** Columns in which there ever was anything. */
  readonly carried = new Set<Sampled>();
  /** All that it was seen to do. */
  readonly activities = new Set<string>();
  readonly output = new OutputTail();
  readonly revision = signal(0);
  /** The same for those who show decisions alone, or output. */
  readonly decided = signal(0);
  readonly written = signal(0);
  readonly state = signal<Of<'state'> | undefined>(undefined);
  readonly chosen = signal<number | undefined>(undefined);
  /** Seconds that it was seen in each line of its own code. */
  readonly heat = new LineHeat();
  last: Sample | undefined;
  /** What is expected next, as the server said last. */
  forecast: Execution['forecast'];
  /** The same over longer horizons. */
  outlook: Execution['outlook'];
  /** Behind which the stream goes on. */
  sequence = 0;
  #isTold = true;
  #hasWritten = false;
  #toldMs = Number.NEGATIVE_INFINITY;
  readonly #isInUse: () => boolean;

  /** While its pictures are in use, they have the page's time to themselves for the most part. */
  constructor(isInUse: () => boolean = () => false) {
    this.#isInUse = isInUse;
  }

  /** Many events may come until they are told of, all at once. */
  take(event: ExecutionEvent): void {
    this.sequence = event.sequence;
    if (event.kind === 'sample') this.#sample(event.data);
    if (event.kind === 'decision') this.#decision(event.data);
    if (event.kind === 'note') this.notes.push(event.data);
    if (event.kind === 'output') this.output.add(event.data);
    this.#hasWritten ||= event.kind === 'output';
    if (event.kind === 'state') this.state.value = event.data;
    if (!this.#isTold) return;
    this.#isTold = false;
    const everyMs = this.#isInUse() ? TOLD_WHILE_IN_USE_MS : TOLD_EVERY_MS;
    const dueMs = Math.max(0, this.#toldMs + everyMs - performance.now());
    setTimeout(() => requestAnimationFrame(() => batch(() => this.#tell())), dueMs);
  }

  #tell(): void {
    this.#isTold = true;
    this.#toldMs = performance.now();
    this.revision.value++;
    this.decided.value = this.decisions.length;
    if (this.#hasWritten) this.written.value++;
    this.#hasWritten = false;
  }

  #decision(decision: Decision): void {
    const { from, to, atSeconds } = decision;
    for (const key of ALLOCATION_KEYS) {
      if (from[key] === to[key]) continue;
      const { seconds, amounts } = this.changes[key][to[key] > from[key] ? 'grew' : 'shrank'];
      seconds.push(atSeconds);
      amounts.push(Math.max(from[key], to[key]));
    }
    this.decisions.push(decision);
  }

  get isOver(): boolean {
    return this.state.value?.state === 'ended';
  }

  /** Seconds of the last sample. */
  get now(): number {
    return this.last?.atSeconds ?? 0;
  }

  #sample(sample: Sample): void {
    // What was adopted by a new server may tell the moment of its adoption twice.
    if (this.last && sample.atSeconds <= this.last.atSeconds) return;
    const { allocation, activity, place, atSeconds } = sample;
    const row = {
      atSeconds,
      cpuUsed: sample.cpuCoresUsed,
      cpuAllocated: allocation.cpuCores,
      cpuHeld: sample.cpuCoresThrottled > 0.01 ? 1 : 0,
      memoryUsed: sample.memoryWorkingSetBytes,
      memoryAllocated: allocation.memoryBytes,
      memoryHeld: sample.memoryStalled ? 1 : 0,
      ingressUsed: sample.ingressBitsPerSecond,
      ingressAllocated: allocation.ingressBitsPerSecond,
      egressUsed: sample.egressBitsPerSecond,
      egressAllocated: allocation.egressBitsPerSecond,
    };
    for (const name of SAMPLED) if (row[name] > 0) this.carried.add(name);
    this.series.push(row);
    this.activities.add(activity);
    this.heat.add(place, atSeconds - (this.last?.atSeconds ?? 0));
    const stretch = this.stretches.at(-1);
    if (stretch) stretch.to = atSeconds;
    if (stretch?.activity !== activity || stretch.place !== place)
      this.stretches.push({ from: atSeconds, to: atSeconds, activity, place });
    this.last = sample;
  }
}
