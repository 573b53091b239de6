import type { LiveCall, ProbeLook, ProbeMessage } from '#model/probe.ts';

/** Processes whose looks are kept; more of them are counted by nobody. */
const MOST_PROCESSES = 64;
/** A probe that waits looks once a second: after three the process is gone or its probe is. */
const FRESH_MS = 3000;
/** What was silent for so long is asked for among the living: it may have ended without a word. */
const SILENT_MS = 100;
/** The same of the only one, in whose place no other of them runs. */
const ALONE_SILENT_MS = 300;
const MOST_TARGETS = 64;
const MOST_CALLS = 8;
/** Weight of the newest answer in the mean latency of a target. */
const LATENCY_WEIGHT = 0.3;

/** `meanSeconds` is NaN while nothing has been answered: what fails says nothing of how long answers take. */
export type TargetLatency = { calls: number; errors: number; meanSeconds: number };

/** Without a look while a process has told of calls only. */
type Heard = {
  look: ProbeLook | undefined;
  calls: readonly LiveCall[];
  atMs: number;
  /** When it was last known to live. */
  livedMs: number;
};
type Looked = Heard & { readonly look: ProbeLook };

/**
 * What the probes of one instance have said last, over all its processes. Bounded, whatever they say.
 * Lifecycle: hear, forgetDead → look, calls …; it ends with its instance.
 */
export class LiveProgram {
  readonly #processes = new Map<number, Heard>();
  readonly #lives: (pid: number) => boolean;
  #standing: Looked | undefined;
  #heardMs = Number.NEGATIVE_INFINITY;
  /** By kind and target: a connection is made sooner than an answer comes. */
  readonly targets = new Map<string, TargetLatency>();
  callsEnded = 0;
  /** Counts what was heard, so that whoever looks knows whether there is anything new. */
  version = 0;

  /** `lives`: whether a process, by the id that it tells, is there still; its last look counts no longer than it. */
  constructor(lives: (pid: number) => boolean = () => true) {
    this.#lives = lives;
  }

  hear(message: ProbeMessage, nowMs: number): void {
    this.version++;
    if (message.kind === 'at') this.#keep(message, nowMs);
    if (message.kind === 'end') this.#processes.delete(message.pid);
    const hasEnded = message.kind === 'end' && this.#processes.size === 0;
    this.#heardMs = hasEnded ? Number.NEGATIVE_INFINITY : nowMs;
    if (message.kind === 'call') this.#hearCall(message.pid, message.call, nowMs);
  }

  /** True while some process has been heard of late; one that has just started will look soon. */
  speaks(nowMs: number): boolean {
    return nowMs - this.#heardMs <= FRESH_MS;
  }

  /** The look that stands for the instance: the newest of what runs, else of what waits. */
  look(nowMs: number): ProbeLook | undefined {
    return this.#choose(nowMs)?.look;
  }

  /**
   * A process that was killed, or a child that left by `_exit`, says no word of its end. Asked for is
   * the one that stands for the instance, whenever it has been silent for a while.
   */
  forgetDead(nowMs: number): void {
    let standing = this.#standing;
    const silentMs = this.#processes.size > 1 ? SILENT_MS : ALONE_SILENT_MS;
    while (standing !== undefined && nowMs - standing.livedMs > silentMs) {
      standing.livedMs = nowMs;
      if (this.#lives(standing.look.pid)) return;
      this.#processes.delete(standing.look.pid);
      this.version++;
      if (this.#processes.size === 0) this.#heardMs = Number.NEGATIVE_INFINITY;
      standing = this.#choose(nowMs);
    }
  }

  #choose(nowMs: number): Looked | undefined {
    let chosen: Looked | undefined;
    for (const [pid, heard] of this.#processes) {
      if (nowMs - heard.atMs > FRESH_MS) this.#processes.delete(pid);
      else if (hasLook(heard) && (chosen === undefined || isMoreTelling(heard, chosen)))
        chosen = heard;
    }
    this.#standing = chosen;
    return chosen;
  }

  /** How many calls are under way, and for how long the oldest of them. */
  callsUnderWay(): { readonly count: number; readonly oldest: LiveCall | undefined } {
    let count = 0;
    let oldest: LiveCall | undefined;
    for (const { calls } of this.#processes.values())
      for (const call of calls) {
        count++;
        if (oldest === undefined || call.since < oldest.since) oldest = call;
      }
    return { count, oldest };
  }

  /** By what the same target took before: milliseconds until the oldest call is likely to end, or NaN. */
  answerLeftMs(nowMs: number): number {
    let leftMs = Number.NaN;
    let oldestSince = Number.POSITIVE_INFINITY;
    for (const heard of this.#processes.values()) {
      if (!hasLook(heard)) continue;
      for (const call of heard.calls) {
        const { since } = call;
        const known = this.targets.get(keyOf(call));
        if (known === undefined || since >= oldestSince) continue;
        oldestSince = since;
        const elapsedMs = (heard.look.atSeconds - since) * 1000 + (nowMs - heard.atMs);
        leftMs = known.meanSeconds * 1000 - elapsedMs;
      }
    }
    return leftMs;
  }

  get processCount(): number {
    return this.#processes.size;
  }

  #keep(look: ProbeLook, nowMs: number): void {
    const heard = this.#of(look.pid, nowMs);
    if (heard === undefined) return;
    heard.look = look.isGlance && heard.look ? withWhatStands(look, heard.look) : look;
    heard.calls = look.calls ?? heard.calls;
    heard.atMs = nowMs;
    heard.livedMs = nowMs;
  }

  /** Told between looks, or before the first. */
  #hearCall(pid: number, call: LiveCall, nowMs: number): void {
    const heard = this.#of(pid, nowMs);
    if (heard !== undefined) {
      const others = heard.calls.filter(({ id }) => id !== call.id);
      heard.calls = call.seconds === undefined ? [...others, call].slice(-MOST_CALLS) : others;
    }
    if (call.seconds !== undefined) this.#learnLatency({ ...call, seconds: call.seconds });
  }

  #of(pid: number, nowMs: number): Heard | undefined {
    const known = this.#processes.get(pid);
    if (known !== undefined || this.#processes.size >= MOST_PROCESSES) return known;
    const heard = { look: undefined, calls: [], atMs: nowMs, livedMs: nowMs };
    this.#processes.set(pid, heard);
    return heard;
  }

  #learnLatency(call: LiveCall & { readonly seconds: number }): void {
    this.callsEnded++;
    const key = keyOf(call);
    const known = this.targets.get(key) ?? { calls: 0, errors: 0, meanSeconds: Number.NaN };
    if (known.calls === 0 && this.targets.size >= MOST_TARGETS) return;
    this.targets.set(key, known);
    known.calls++;
    if (call.error !== undefined) known.errors++;
    else if (Number.isNaN(known.meanSeconds)) known.meanSeconds = call.seconds;
    else known.meanSeconds += (call.seconds - known.meanSeconds) * LATENCY_WEIGHT;
  }
}

function withWhatStands(glance: ProbeLook, before: ProbeLook): ProbeLook {
  const { containers, loops, values } = before;
  return { ...glance, containers, loops, values };
}

function keyOf({ kind, target }: LiveCall): string {
  return `${kind} ${target}`;
}

function hasLook(heard: Heard): heard is Looked {
  return heard.look !== undefined;
}

function isMoreTelling(one: Looked, other: Looked): boolean {
  const runs = one.look.state === 'running';
  if (runs !== (other.look.state === 'running')) return runs;
  return one.atMs > other.atMs;
}
