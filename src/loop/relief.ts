import { Relief, type ReliefStep, type Resident } from '#arbitrate/relief.ts';
import { formatBytes } from '#model/quantities.ts';
import type { Managed } from './managed.ts';
import { note } from './notes.ts';

const INTERVAL_MS = 100;
/** A program takes memory at up to 2 GB/s: near a shortage the node is looked at more often. */
const NEAR_INTERVAL_MS = 20;
const NEAR_FACTOR = 4;

/** What the loop knows of its node's memory; shared with every other controller on it. */
export type NodeRelief = {
  readonly availableBytes: () => number;
  /** Less than this left is a shortage. */
  readonly lowBytes: number;
  /** Every instance of the node, whoever runs it. */
  readonly residents: () => readonly Resident[];
  readonly markFrozen: (instanceId: string, frozen: boolean) => void;
};

/** Keeps the node from running out of memory, with the instances of this controller. */
export type Reliever = {
  /** Returns when it wants to look again. Costs one read of a kernel file while there is enough. */
  readonly look: (managed: ReadonlySet<Managed>, nowMs: number) => number;
};

export function createReliever(node: NodeRelief | undefined): Reliever {
  if (!node) return { look: () => Number.POSITIVE_INFINITY };
  const relief = new Relief(node.lowBytes);
  let dueMs = Number.NEGATIVE_INFINITY;
  return {
    look(managed, nowMs) {
      if (nowMs < dueMs) return dueMs;
      const availableBytes = node.availableBytes();
      const isNear = availableBytes < node.lowBytes * NEAR_FACTOR;
      dueMs = nowMs + (isNear ? NEAR_INTERVAL_MS : INTERVAL_MS);
      const isLow = availableBytes < node.lowBytes;
      if (!isLow && !relief.isUnderWay && !hasFrozen(managed)) return dueMs;
      const step = relief.next(node.residents(), availableBytes, nowMs);
      if (step) take({ step, node, managed, availableBytes, nowMs });
      return dueMs;
    },
  };
}

function hasFrozen(managed: ReadonlySet<Managed>): boolean {
  for (const one of managed) if (one.frozenSinceMs !== undefined) return true;
  return false;
}

/** What the step asks of instances of others, others do. */
function take(given: {
  readonly step: ReliefStep;
  readonly node: NodeRelief;
  readonly managed: ReadonlySet<Managed>;
  readonly availableBytes: number;
  readonly nowMs: number;
}): void {
  const { step, node, managed, availableBytes, nowMs } = given;
  if (step.kind === 'reclaim') {
    for (const { instance } of managed) instance.standstill?.reclaim();
    return;
  }
  const own = [...managed].find(({ instance }) => instance.id === step.instanceId);
  if (!own) return;
  const left = formatBytes(availableBytes);
  if (step.kind === 'thaw') return thaw(own, node, nowMs);
  if (step.kind === 'freeze' && own.instance.standstill) return freeze({ own, node, left, nowMs });
  own.events.onNote(note('node-memory-exhausted', { left }));
  own.events.onMemoryExhausted('node-memory-exhausted');
}

function freeze(given: {
  readonly own: Managed;
  readonly node: NodeRelief;
  readonly left: string;
  readonly nowMs: number;
}): void {
  const { own, node, left, nowMs } = given;
  own.instance.standstill?.freeze();
  own.frozenSinceMs = nowMs;
  node.markFrozen(own.instance.id, true);
  own.events.onNote(note('node-memory-short', { left }));
}

function thaw(own: Managed, node: NodeRelief, nowMs: number): void {
  own.instance.standstill?.thaw();
  const seconds = ((nowMs - (own.frozenSinceMs ?? nowMs)) / 1000).toFixed(1);
  own.frozenSinceMs = undefined;
  node.markFrozen(own.instance.id, false);
  own.events.onNote(note('node-memory-back', { seconds }));
}
