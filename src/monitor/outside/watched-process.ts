import type { OutsideProcess, RunStates, WaitsFor } from '#model/outside.ts';
import { commandName } from './command-name.ts';
import { Descriptors } from './descriptors.ts';
import type { LocalSockets } from './local-sockets.ts';
import type { KeptBudget } from './proc-file.ts';
import { Task } from './task.ts';
import { TICKS_PER_SECOND, type TaskStat } from './task-stat.ts';
import { Threads, waitOfMany } from './threads.ts';
import { doingWhile, type Surroundings } from './waiting.ts';

/** A process that used so much since the last look computes, however it was met just now. */
const COMPUTING_CORES = 0.5;

/** One process of the program. Lifecycle: (readStat → readWaits → describe)* → close. */
export class WatchedProcess {
  readonly pid: number;
  readonly descriptors: Descriptors;
  hasChildren = false;
  cpuCores = Number.NaN;
  readonly #main: Task;
  readonly #threads: Threads;
  readonly #around: Surroundings;
  #command = { of: '', name: '' };
  #previous: { ticks: number; threads: number; atMs: number };

  /** `sinceMs`: of the last look, at which it was not there yet; NaN where there was none. */
  constructor(
    pid: number,
    given: {
      readonly budget: KeptBudget;
      readonly sockets: LocalSockets;
      readonly sinceMs: number;
    },
  ) {
    const { budget, sockets, sinceMs } = given;
    this.#previous = { ticks: 0, threads: 1, atMs: sinceMs };
    this.pid = pid;
    this.descriptors = new Descriptors(pid, sockets);
    this.#main = new Task(`/proc/${pid}`, budget);
    this.#threads = new Threads(pid, budget);
    this.#around = {
      descriptor: (descriptor) => this.descriptors.kindOf(descriptor),
      hasNetworkSocket: () => this.descriptors.hasNetworkSocket,
      hasChildren: () => this.hasChildren,
    };
  }

  get stat(): Readonly<TaskStat> {
    return this.#main.stat;
  }

  /** False when it has done nothing since the last look. */
  get hasRun(): boolean {
    return this.#main.hasRun;
  }

  /** False when it is gone. After `isQuiet`, when no process came or went, an idle one is read cheaply. */
  readStat(nowMs: number, isQuiet: boolean): boolean {
    if (!this.#main.readStat(isQuiet)) return false;
    const { cpuTicks, threads } = this.stat;
    const before = this.#previous;
    const seconds = (nowMs - before.atMs) / 1000;
    const cores = Math.max(0, cpuTicks - before.ticks) / TICKS_PER_SECOND / seconds;
    // A tick is 10 ms: six of them in 50 ms are not more than one core of one thread.
    this.cpuCores = Math.min(cores, Math.max(threads, before.threads));
    this.#previous = { ticks: cpuTicks, threads, atMs: nowMs };
    return true;
  }

  /** `mostThreads` may be looked at besides the main one; returns how many were. */
  readWaits(mostThreads: number): number {
    this.#main.readWait(this.#around);
    if (this.stat.threads <= 1 || mostThreads === 0) return 0;
    return this.#threads.look(this.#around, mostThreads);
  }

  describe(): OutsideProcess {
    const { parentPid, threads, memoryBytes, startTicks, cpuTicks } = this.stat;
    const waitsFor = this.#waitsFor();
    return {
      pid: this.pid,
      parentPid,
      name: this.#name(),
      threads,
      states: this.#states(),
      doing: doingWhile(waitsFor),
      waitsFor,
      cpuCores: this.cpuCores,
      cpuSeconds: cpuTicks / TICKS_PER_SECOND,
      memoryBytes,
      startTicks,
    };
  }

  close(): void {
    this.#main.close();
    this.#threads.close();
  }

  /** Another one after exec, which the kernel's name tells. */
  #name(): string {
    const { name } = this.stat;
    if (name !== this.#command.of) this.#command = { of: name, name: commandName(this.pid, name) };
    return this.#command.name;
  }

  #waitsFor(): WaitsFor {
    if (this.cpuCores >= COMPUTING_CORES) return 'nothing';
    if (this.stat.threads <= 1) return this.#main.waitsFor;
    const others = this.#threads.known.map(({ waitsFor }) => waitsFor);
    return waitOfMany(this.#main.waitsFor, others);
  }

  /** Threads that were not looked at count as sleeping. */
  #states(): RunStates {
    const letters = [this.stat, ...this.#threads.known.map(({ stat }) => stat)].map(
      ({ state }) => state,
    );
    const count = (letter: string) => letters.filter((state) => state === letter).length;
    const [running, blocked, zombie] = [count('R'), count('D'), count('Z')];
    const sleeping = Math.max(0, this.stat.threads - running - blocked - zombie);
    return { running, blocked, zombie, sleeping };
  }
}
