import { formatBytes } from '#model/quantities.ts';
import type { LiveContainer } from '#model/probe.ts';

/** Below it the headroom covers whatever a container does. */
const SMALLEST_BYTES = 8 * 2 ** 20;
/** Kinds that build a table of twice the size beside the old one when they are full. */
const HASHED = /^(dict|set|Map|Set|defaultdict|Counter|OrderedDict|object)$/;
/** CPython's list and V8's array take an eighth or a half more, beside the old block. */
const LISTED = /^(list|Array|bytearray)$/;
const HASHED_FACTOR = 2;
const LISTED_FACTOR = 1.125;
/** Growth between two looks from which it is expected to go on. */
const GROWING = 1.05;
/** For so many times as it took to be seen: where variables are read rarely, it is known for longer. */
const GOES_ON = 2;
const MOST_KNOWN = 16;

type Seen = { readonly container: LiveContainer; readonly atMs: number };
/** Bytes that the whole run will then hold. */
export type Jump = { readonly bytes: number; readonly text: string };
type Expected = Jump & { readonly untilMs: number; readonly name: string };

/**
 * Watches the largest containers of the active frames for the copy that their growth ends in. One that
 * a look does not tell of may be there none the less: it was not read, or is not among the largest.
 * Lifecycle: see (each look that read variables) → jump.
 */
export class ContainerGrowth {
  readonly #known = new Map<string, Seen>();
  #expected: Expected | undefined;

  see(containers: readonly LiveContainer[], heldBytes: number, nowMs: number): void {
    for (const container of containers) {
      const name = nameOf(container);
      if (name === this.#expected?.name) this.#expected = undefined;
      const jump = this.#jumpOf(container, heldBytes, nowMs);
      if (jump !== undefined && jump.bytes > (this.jump(nowMs)?.bytes ?? 0)) this.#expected = jump;
      this.#keep(name, { container, atMs: nowMs });
    }
  }

  /** The largest step that a growing container will take next. */
  jump(nowMs: number): Jump | undefined {
    return this.#expected !== undefined && nowMs < this.#expected.untilMs
      ? this.#expected
      : undefined;
  }

  #jumpOf(container: LiveContainer, heldBytes: number, nowMs: number): Expected | undefined {
    const before = this.#known.get(nameOf(container));
    const factor = factorOf(container.kind);
    if (before === undefined || factor === 0 || container.bytes < SMALLEST_BYTES) return undefined;
    if (container.length < before.container.length * GROWING) return undefined;
    return {
      name: nameOf(container),
      bytes: heldBytes + tableBytes(container) * factor,
      untilMs: nowMs + (nowMs - before.atMs) * GOES_ON,
      text: `${container.kind} ${container.name} grows (${formatBytes(container.bytes)}) and will be copied to a larger one`,
    };
  }

  /** As the last one; which were seen longest ago are forgotten. */
  #keep(name: string, seen: Seen): void {
    this.#known.delete(name);
    this.#known.set(name, seen);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) return;
      this.#known.delete(oldest);
    }
  }
}

const SLOT_BYTES = 8;
const HASH_SLOT_BYTES = 36;

/** The table is copied, what it points to is not. */
function tableBytes({ kind, length }: LiveContainer): number {
  return length * (HASHED.test(kind) ? HASH_SLOT_BYTES : SLOT_BYTES);
}

function factorOf(kind: string): number {
  if (HASHED.test(kind)) return HASHED_FACTOR;
  return LISTED.test(kind) ? LISTED_FACTOR : 0;
}

function nameOf({ function: within, name }: LiveContainer): string {
  return `${within}.${name}`;
}
