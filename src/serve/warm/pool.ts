import { availableParallelism } from 'node:os';
import type { Config } from '#config/schema.ts';
import type { Language } from '#model/execution.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Launched, Runtime, WarmInstance, WarmShape } from '#runtimes/types.ts';
import { WarmGroup } from './group.ts';
import type { Reserve } from './reserve.ts';

const LOOK_MS = 500;
/** A program that was just started goes first. */
const REFILL_AFTER_MS = 2;
const MOST_SHAPES = 16;

export type WarmPoolOptions = {
  readonly runtime: Runtime;
  readonly limits: Config['serve']['warm'];
  readonly reserve: Reserve;
  readonly newId: () => string;
  /** The node has not enough for all. */
  readonly isScarce: () => boolean;
  readonly warn: (problem: string) => void;
};

export type WarmCount = {
  readonly language: Language;
  readonly ready: number;
  readonly starting: number;
  /** How those that could have had one were started since this process began. */
  readonly warmStarts: number;
  readonly coldStarts: number;
};

/**
 * Instances whose interpreters are up before there is anything to run in them; each runs one
 * execution. A language has some once it was used, as many as its executions come while one is made,
 * and none when it has not been used for a while. Whoever needs the memory gets it.
 * Lifecycle: (launch, giveUp)* → close.
 */
export class WarmPool {
  readonly #options: WarmPoolOptions;
  readonly #groups = new Map<string, WarmGroup>();
  readonly #ending = new Set<Promise<void>>();
  readonly #looking: NodeJS.Timeout;
  readonly #starts = new Map<Language, Pick<WarmCount, 'warmStarts' | 'coldStarts'>>();
  #refill: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
    this.#looking = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Starts it in an instance that is up, if there is one of its shape, else as ever. */
  readonly launch = async (spec: LaunchSpec): Promise<Launched> => {
    const { runtime, limits } = this.#options;
    const shape = limits.max > 0 ? runtime.warm?.shapeOf(spec) : undefined;
    if (!shape) return runtime.launch(spec);
    const group = this.#groupOf(shape);
    group.arrived(performance.now());
    this.#refillSoon();
    const launched = await this.#claim(group, spec);
    this.#countStart(shape.language, launched !== undefined);
    return launched ?? runtime.launch(spec);
  };

  /** Lets go of all that nobody uses; true when that was anything. */
  giveUp(): boolean {
    const all = [...this.#groups.values()].flatMap(({ ready }) => ready.splice(0));
    this.#discard(all);
    return all.length > 0;
  }

  /** Of each language that was used. */
  counts(): readonly WarmCount[] {
    return [...this.#starts].map(([language, starts]) => {
      const groups = [...this.#groups.values()].filter(({ shape }) => shape.language === language);
      const ready = groups.reduce((sum, group) => sum + group.ready.length, 0);
      const starting = groups.reduce((sum, group) => sum + group.starting, 0);
      return { language, ready, starting, ...starts };
    });
  }

  get heldBytes(): number {
    return this.#options.reserve.heldBytes();
  }

  /** Resolves when nothing is left of any. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#looking);
    clearTimeout(this.#refill);
    this.giveUp();
    while (this.#ending.size > 0) await Promise.allSettled(this.#ending);
  }

  async #claim(group: WarmGroup, spec: LaunchSpec): Promise<Launched | undefined> {
    for (let warm = await this.#take(group); warm; warm = await this.#take(group)) {
      try {
        const launched = warm.claim(spec);
        this.#account();
        return launched;
      } catch (error) {
        this.#options.warn(`a warm instance could not be used: ${String(error)}`);
        await this.#end(warm);
      }
    }
    return undefined;
  }

  async #take(group: WarmGroup): Promise<WarmInstance | undefined> {
    return group.ready.shift() ?? group.next();
  }

  #countStart(language: Language, isWarm: boolean): void {
    const { warmStarts = 0, coldStarts = 0 } = this.#starts.get(language) ?? {};
    this.#starts.set(language, {
      warmStarts: warmStarts + Number(isWarm),
      coldStarts: coldStarts + Number(!isWarm),
    });
  }

  #groupOf(shape: WarmShape): WarmGroup {
    const known = this.#groups.get(shape.key);
    if (known) return known;
    const group = new WarmGroup(shape);
    this.#groups.set(shape.key, group);
    if (this.#groups.size > MOST_SHAPES) this.#forget(this.#byUse().at(-1)!);
    return group;
  }

  /** Those that were used last come first. */
  #byUse(): readonly WarmGroup[] {
    return [...this.#groups.values()].toSorted((a, b) => b.usedAtMs - a.usedAtMs);
  }

  #forget(group: WarmGroup): void {
    this.#groups.delete(group.shape.key);
    this.#discard(group.ready.splice(0));
  }

  #look(): void {
    if (this.#options.isScarce()) this.giveUp();
    else this.#fit();
  }

  #refillSoon(): void {
    this.#refill ??= setTimeout(() => {
      this.#refill = undefined;
      this.#fit();
    }, REFILL_AFTER_MS).unref();
  }

  /** Makes what is missing and lets go of what is too much; a language's shapes share its maximum. */
  #fit(): void {
    const { min, max, idleMs } = this.#options.limits;
    const nowMs = performance.now();
    const left = new Map<Language, number>();
    for (const group of this.#byUse()) {
      const { language } = group.shape;
      const isLatest = !left.has(language);
      const room = left.get(language) ?? max;
      const limits = { min: isLatest ? Math.min(min, room) : 0, max: room, idleMs };
      const wanted = group.wanted(nowMs, limits);
      left.set(language, room - wanted);
      this.#discard(group.ready.splice(0, group.ready.length - wanted));
      if (wanted > group.ready.length + group.starting) this.#start(group, nowMs);
      if (wanted + group.starting + group.ready.length === 0) this.#forget(group);
    }
  }

  #start(group: WarmGroup, nowMs: number): void {
    const starting = [...this.#groups.values()].reduce((sum, each) => sum + each.starting, 0);
    if (this.#closed || starting >= availableParallelism() || !group.mayStart(nowMs)) return;
    if (!this.#options.reserve.hold(this.#bytes() + group.bytesEach)) return;
    group.starting += 1;
    const made = this.#make(group).finally(() => this.#ending.delete(made));
    this.#ending.add(made);
  }

  async #make(group: WarmGroup): Promise<void> {
    const { runtime, newId, warn } = this.#options;
    const startedMs = performance.now();
    try {
      const warm = await runtime.warm!.prepare(newId(), group.shape.like, group.isShort);
      group.made(warm, performance.now() - startedMs);
      void warm.gone.then(() => group.lost(warm) && this.#discard([warm]));
    } catch (error) {
      group.failed(performance.now());
      warn(`no warm instance of ${group.shape.language} could be made: ${String(error)}`);
    } finally {
      group.starting -= 1;
      if (this.#closed || !this.#groups.has(group.shape.key)) this.#discard(group.ready.splice(0));
      this.#account();
      this.#refillSoon();
    }
  }

  #discard(instances: readonly WarmInstance[]): void {
    for (const warm of instances) {
      const ended = this.#end(warm).finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    }
    if (instances.length > 0) this.#account();
  }

  async #end(warm: WarmInstance): Promise<void> {
    try {
      await warm.discard();
    } catch (error) {
      this.#options.warn(`what is left of a warm instance: ${String(error)}`);
    }
  }

  #bytes(): number {
    return [...this.#groups.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #account(): void {
    this.#options.reserve.hold(this.#bytes());
  }
}
