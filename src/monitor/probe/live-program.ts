import type { LiveCall, ProbeLook, ProbeMessage } from '#model/probe.ts';

/** Processes whose looks are kept; more of them are counted by nobody. */
const MOST_PROCESSES = 64;
/** A probe that waits looks once a second: after three the process is gone or its probe is. */
const FRESH_MS = 3000;
const MOST_TARGETS = 64;
const MOST_CALLS = 8;
/** Weight of the newest answer in the mean latency of a target. */
const LATENCY_WEIGHT = 0.3;

export type TargetLatency = { calls: number; errors: number; meanSeconds: number };

type Heard = { look: ProbeLook; atMs: number };

/**
 * What the probes of one instance have said last, over all its processes. Bounded, whatever they say.
 * Lifecycle: hear → look, calls …; it ends with its instance.
 */
export class LiveProgram {
  readonly #processes = new Map<number, Heard>();
  #heardMs = Number.NEGATIVE_INFINITY;
  readonly targets = new Map<string, TargetLatency>();
  /** Calls that began within the last look of each process. */
  callsBegun = 0;
  callsEnded = 0;
  /** Counts what was heard, so that whoever looks knows whether there is anything new. */
  version = 0;

  hear(message: ProbeMessage, nowMs: number): void {
    this.version++;
    if (message.kind === 'at') this.#keep(message, nowMs);
    if (message.kind === 'end') this.#processes.delete(message.pid);
    const hasEnded = message.kind === 'end' && this.#processes.size === 0;
    this.#heardMs = hasEnded ? Number.NEGATIVE_INFINITY : nowMs;
    if (message.kind === 'call') this.#hearCall(message.pid, message.call);
  }

  /** True while some process has been heard of late; one that has just started will look soon. */
  speaks(nowMs: number): boolean {
    return nowMs - this.#heardMs <= FRESH_MS;
  }

  /** The look that stands for the instance: the newest of what runs, else of what waits. */
  look(nowMs: number): ProbeLook | undefined {
    let chosen: Heard | undefined;
    for (const [pid, heard] of this.#processes) {
      if (nowMs - heard.atMs > FRESH_MS) this.#processes.delete(pid);
      else if (chosen === undefined || isMoreTelling(heard, chosen)) chosen = heard;
    }
    return chosen?.look;
  }

  /** How many calls are under way, and for how long the oldest of them. */
  callsUnderWay(): { readonly count: number; readonly oldest: LiveCall | undefined } {
    let count = 0;
    let oldest: LiveCall | undefined;
    for (const { look } of this.#processes.values())
      for (const call of look.calls) {
        count++;
        if (oldest === undefined || call.since < oldest.since) oldest = call;
      }
    return { count, oldest };
  }

  /** By what the same target took before: milliseconds until the oldest call is likely to end, or NaN. */
  answerLeftMs(nowMs: number): number {
    let leftMs = Number.NaN;
    let oldestSince = Number.POSITIVE_INFINITY;
    for (const { look, atMs } of this.#processes.values())
      for (const { target, since } of look.calls) {
        const known = this.targets.get(target);
        if (known === undefined || since >= oldestSince) continue;
        oldestSince = since;
        const elapsedMs = (look.atSeconds - since) * 1000 + (nowMs - atMs);
        leftMs = known.meanSeconds * 1000 - elapsedMs;
      }
    return leftMs;
  }

  get processCount(): number {
    return this.#processes.size;
  }

  #keep(look: ProbeLook, nowMs: number): void {
    if (!this.#processes.has(look.pid) && this.#processes.size >= MOST_PROCESSES) return;
    const before = this.#processes.get(look.pid)?.look;
    const known = new Set(before?.calls.map(({ id }) => id));
    this.callsBegun += look.calls.filter(({ id }) => !known.has(id)).length;
    this.#processes.set(look.pid, { look, atMs: nowMs });
  }

  /** Told between looks: the newest look of its process gains or loses it. */
  #hearCall(pid: number, call: LiveCall): void {
    const heard = this.#processes.get(pid);
    if (heard !== undefined) {
      const others = heard.look.calls.filter(({ id }) => id !== call.id);
      const calls = call.seconds === undefined ? [...others, call].slice(-MOST_CALLS) : others;
      heard.look = { ...heard.look, calls };
    }
    if (call.seconds === undefined) this.callsBegun++;
    else this.#learnLatency({ ...call, seconds: call.seconds });
  }

  #learnLatency({ target, seconds, error }: LiveCall & { readonly seconds: number }): void {
    this.callsEnded++;
    const known = this.targets.get(target);
    if (known === undefined) {
      if (this.targets.size >= MOST_TARGETS) return;
      this.targets.set(target, {
        calls: 1,
        errors: error === undefined ? 0 : 1,
        meanSeconds: seconds,
      });
      return;
    }
    known.calls++;
    if (error !== undefined) known.errors++;
    known.meanSeconds += (seconds - known.meanSeconds) * LATENCY_WEIGHT;
  }
}

function isMoreTelling(one: Heard, other: Heard): boolean {
  const runs = one.look.state === 'running';
  if (runs !== (other.look.state === 'running')) return runs;
  return one.atMs > other.atMs;
}
