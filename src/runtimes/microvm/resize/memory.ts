import type { ResizeState } from '#model/decision.ts';
import type { Machine } from '../vmm/types.ts';
import { pluggedFor, programBytesOf, type MemoryLayout } from './layout.ts';

/** A guest that has not given memory back, or taken it, by then will not do so soon. */
const DEADLINE_MS = 15_000;

export type MemoryOutcome = { readonly state: ResizeState; readonly message?: string };

type Waiting = {
  readonly settle: (outcome: MemoryOutcome) => void;
  readonly timer: NodeJS.Timeout;
};

export type MemoryParts = {
  readonly machine: Pick<Machine, 'setPlugged' | 'onPlugged'>;
  readonly layout: MemoryLayout;
  readonly initialBytes: number;
  readonly burstRoomBytes: number;
  readonly maxBytes: number;
  /** Bytes that are plugged in already: of a machine that is adopted. */
  readonly pluggedBytes: number;
  /** The limit of the program inside, in force a moment later. */
  readonly limit: (bytes: number) => void;
};

/**
 * Memory of a machine: a limit of the program inside, which follows at once, and what the guest has,
 * which follows when it can. The program is never let at what is not there, and what a guest does not
 * give back stays allocated to it. Lifecycle: create → (resize)* → close.
 */
export class GuestMemory {
  readonly #parts: MemoryParts;
  readonly #waiting: Waiting[] = [];
  #wantedBytes: number;
  #pluggedBytes: number;
  #requestedBytes: number;
  /** A shrink that the guest refused: what it holds is its allocation. */
  #isHeld = false;

  constructor(parts: MemoryParts) {
    this.#parts = parts;
    this.#wantedBytes = parts.initialBytes;
    this.#pluggedBytes = parts.pluggedBytes;
    this.#requestedBytes = parts.pluggedBytes;
    parts.machine.onPlugged((bytes) => this.#arrive(bytes));
  }

  allocatedBytes(): number {
    const there = this.#roomBytes() - this.#parts.burstRoomBytes;
    if (this.#isHeld) return Math.max(this.#wantedBytes, there);
    return this.#hasAll() ? this.#wantedBytes : Math.min(this.#wantedBytes, Math.max(0, there));
  }

  /** Where the program is made to wait. */
  limitBytes(): number {
    return Math.min(this.#limitOf(this.allocatedBytes()), this.#roomBytes());
  }

  /** Settled at once where nothing has to be plugged or unplugged. */
  resize(bytes: number): MemoryOutcome | Promise<MemoryOutcome> {
    this.#wantedBytes = bytes;
    this.#isHeld = false;
    this.#settleOthers();
    const target = pluggedFor(this.#parts.layout, this.#limitOf(bytes));
    if (target !== this.#requestedBytes) {
      this.#requestedBytes = target;
      void this.#parts.machine
        .setPlugged(target)
        .catch((error: Error) => this.#fail(error.message));
    }
    this.#tellLimit();
    if (this.#isSettled()) return { state: 'applied' };
    return new Promise((settle) => {
      const timer = setTimeout(() => this.#giveUp(), DEADLINE_MS).unref();
      this.#waiting.push({ settle, timer });
    });
  }

  close(): void {
    this.#finish({ state: 'failed', message: 'the virtual machine has ended' });
  }

  #arrive(bytes: number): void {
    this.#pluggedBytes = bytes;
    this.#tellLimit();
    if (this.#isSettled()) this.#finish({ state: 'applied' });
  }

  #tellLimit(): void {
    this.#parts.limit(this.limitBytes());
  }

  #limitOf(bytes: number): number {
    return Math.max(bytes, Math.min(bytes + this.#parts.burstRoomBytes, this.#parts.maxBytes));
  }

  #roomBytes(): number {
    return programBytesOf(this.#parts.layout, this.#pluggedBytes);
  }

  #hasAll(): boolean {
    return this.#pluggedBytes >= this.#requestedBytes;
  }

  #isSettled(): boolean {
    return this.#pluggedBytes === this.#requestedBytes;
  }

  #giveUp(): void {
    const isShrink = this.#pluggedBytes > this.#requestedBytes;
    this.#isHeld = isShrink;
    this.#tellLimit();
    const message = isShrink
      ? 'the guest has not given its memory back'
      : 'the guest has not taken the memory';
    this.#finish({ state: 'refused', message });
  }

  #fail(message: string): void {
    this.#finish({ state: 'failed', message });
  }

  /** A newer target takes their place; what is in force then is told with it. */
  #settleOthers(): void {
    this.#finish({ state: 'converging', message: 'a newer size took its place' });
  }

  #finish(outcome: MemoryOutcome): void {
    for (const { settle, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      settle(outcome);
    }
  }
}
