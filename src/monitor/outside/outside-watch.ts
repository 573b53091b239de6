import type { OutsideReading, OutsideSources } from '#model/outside.ts';
import { Connections } from './connections.ts';
import { LocalSockets } from './local-sockets.ts';
import { PlaceUse } from './place-use.ts';
import { KeptBudget } from './proc-file.ts';
import { ReadFiles } from './read-files.ts';
import { summarize } from './summarize.ts';
import { WatchedProcess } from './watched-process.ts';

const MOST_PROCESSES = 64;
/** Two for each process that is looked at, the rest for threads and files. */
const MOST_KEPT_FILES = 256;
/** Of one look, besides the main threads; each costs some 6 µs. */
const MOST_THREADS = 8;
/** Of one look; each link costs some 4 µs. */
const MOST_LINKS = 16;

/**
 * `turned`: it began or ceased to wait since the last look, which is worth seeing soon. `alone`: its only
 * process tells of itself.
 */
export type Pace = 'alone' | 'idle' | 'active' | 'turned';
const INTERVAL_MS: Readonly<Record<Pace, number>> = {
  alone: 2000,
  idle: 1000,
  active: 250,
  turned: 50,
};
/** A look that costs 1 ms is taken every 500 ms at most: 0.2 % of a core. */
const INTERVAL_PER_COST = 500;
const LONGEST_INTERVAL_MS = 2000;
/** Where it began or ceased to wait a look is worth so much more: what follows may be short. */
const TURN_WORTH = 5;
/** Whoever is interrupted in a look takes longer for no reason of its own: the least of some counts. */
const KEPT_COSTS = 4;

/**
 * Looks at a program through /proc, without its help: what runs in it, what it waits for, how far it
 * has come in its files, whom it is connected to. Everything in it may be a lie of the program.
 * Lifecycle: (lookWhenDue | look)* → close. Every look is synchronous and bounded; sizes of files and
 * connections are asked for beside it and are in a later reading.
 */
export class OutsideWatch {
  readonly #sources: OutsideSources;
  readonly #budget = new KeptBudget(MOST_KEPT_FILES);
  readonly #sockets = new LocalSockets();
  readonly #placeUse = new PlaceUse();
  readonly #processes = new Map<number, WatchedProcess>();
  readonly #files = new ReadFiles(this.#budget);
  readonly #connections: Connections | undefined;
  /** Of the last looks, without the first two, which find code and kernel cold. */
  readonly #costsMs: number[] = [];
  #lookedMs = Number.NEGATIVE_INFINITY;
  #restMs = 0;
  #looks = 0;
  /** NaN before the first. */
  #lastLookMs = Number.NaN;

  constructor(sources: OutsideSources) {
    this.#sources = sources;
    const path = sources.networkNamespacePath;
    this.#connections = path === undefined ? undefined : new Connections(path);
  }

  /** Undefined when it is not time for a look. */
  lookWhenDue(nowMs: number, pace: Pace): OutsideReading | undefined {
    const sinceMs = nowMs - this.#lookedMs;
    const restMs = pace === 'turned' ? this.#restMs / TURN_WORTH : this.#restMs;
    if (sinceMs < INTERVAL_MS[pace] || sinceMs < restMs) return undefined;
    this.#lookedMs = nowMs;
    const startedMs = performance.now();
    const reading = this.look(nowMs);
    if (this.#looks > 2) this.#note(performance.now() - startedMs);
    return reading;
  }

  look(nowMs: number): OutsideReading {
    this.#looks++;
    this.#sockets.nextLook();
    const ids = this.#sources.processIds();
    const watched = this.#readProcesses(ids.slice(0, MOST_PROCESSES), nowMs);
    this.#lastLookMs = nowMs;
    this.#readWaits(watched);
    this.#scan(watched, nowMs);
    if (watched.some(({ descriptors }) => descriptors.hasNetworkSocket))
      this.#connections?.ask(nowMs);
    return {
      ...summarize(
        watched.map((process) => process.describe()),
        this.#placeUse,
      ),
      atMs: nowMs,
      processCount: Math.max(watched.length, ids.length > MOST_PROCESSES ? ids.length : 0),
      connections: this.#connections?.latest ?? [],
      files: this.#files.look(),
      isPartial: ids.length > MOST_PROCESSES,
    };
  }

  close(): void {
    for (const process of this.#processes.values()) process.close();
    this.#processes.clear();
    this.#files.close();
    this.#connections?.close();
    this.#lookedMs = Number.POSITIVE_INFINITY;
  }

  #readProcesses(ids: readonly number[], nowMs: number): readonly WatchedProcess[] {
    const there = new Set(ids);
    const ended = [...this.#processes.keys()].filter((pid) => !there.has(pid));
    for (const pid of ended) this.#forget(pid);
    // Who has lost its parent has another one, without having run.
    const isQuiet = ended.length === 0;
    const watched = ids.flatMap((pid) => this.#read(pid, nowMs, isQuiet) ?? []);
    const parents = new Set(watched.map(({ stat }) => stat.parentPid));
    for (const process of watched) process.hasChildren = parents.has(process.pid);
    return watched;
  }

  /** Undefined when it has just ended. A process that took over the id of another one is a new one. */
  #read(pid: number, nowMs: number, isQuiet: boolean): WatchedProcess | undefined {
    const known = this.#processes.get(pid);
    if (known?.readStat(nowMs, isQuiet)) return known;
    if (known !== undefined) this.#forget(pid);
    const process = new WatchedProcess(pid, {
      budget: this.#budget,
      sockets: this.#sockets,
      sinceMs: this.#lastLookMs,
    });
    if (!process.readStat(nowMs, false)) {
      process.close();
      return undefined;
    }
    this.#processes.set(pid, process);
    return process;
  }

  #readWaits(watched: readonly WatchedProcess[]): void {
    let left = MOST_THREADS;
    // Another one begins each time, so that a process of many threads does not hide the others.
    for (const process of rotated(watched, this.#looks)) left -= process.readWaits(left);
  }

  /** Some descriptors at each look; whoever was scanned longest ago is next. */
  #scan(watched: readonly WatchedProcess[], nowMs: number): void {
    let left = MOST_LINKS;
    const due = watched.filter(({ descriptors, hasRun }) => descriptors.isDue(nowMs, hasRun));
    due.sort((one, other) => one.descriptors.roundMs - other.descriptors.roundMs);
    for (const { pid, descriptors } of due) {
      if (left <= 0) return;
      const { rounds } = descriptors;
      left -= descriptors.scan(left, nowMs);
      if (descriptors.rounds > rounds) this.#files.offer(pid, descriptors.files);
    }
  }

  #note(costMs: number): void {
    if (this.#costsMs.length === KEPT_COSTS) this.#costsMs.shift();
    this.#costsMs.push(costMs);
    this.#restMs = Math.min(LONGEST_INTERVAL_MS, Math.min(...this.#costsMs) * INTERVAL_PER_COST);
  }

  #forget(pid: number): void {
    this.#processes.get(pid)?.close();
    this.#processes.delete(pid);
    this.#files.forget(pid);
  }
}

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
