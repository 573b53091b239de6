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

export type Jump = { readonly bytes: number; readonly text: string };

/** Watches the largest containers of the active frames for the copy that their growth ends in. */
export class ContainerGrowth {
  #before = new Map<string, LiveContainer>();
  #jump: Jump | undefined;

  see(containers: readonly LiveContainer[]): void {
    this.#jump = undefined;
    for (const container of containers) this.#compare(container);
    this.#before = new Map(containers.map((container) => [nameOf(container), container]));
  }

  /** The largest step that a growing container will take next. */
  jump(): Jump | undefined {
    return this.#jump;
  }

  #compare(container: LiveContainer): void {
    const before = this.#before.get(nameOf(container));
    if (before === undefined || container.bytes < SMALLEST_BYTES) return;
    if (container.length < before.length * GROWING) return;
    const factor = factorOf(container.kind);
    const bytes = tableBytes(container) * factor;
    if (factor === 0 || bytes <= (this.#jump?.bytes ?? 0)) return;
    const text = `${container.kind} ${container.name} grows (${formatBytes(container.bytes)}) and will be copied to a larger one`;
    this.#jump = { bytes, text };
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
