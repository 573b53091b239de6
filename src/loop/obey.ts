import { ALLOCATION_KEYS, RESOURCE_OF, type Allocation } from '#model/allocation.ts';
import { clampAllocation } from '#model/constraints.ts';
import type { ControlAnswer, ControlRequest } from '#model/control.ts';
import type { Reason } from '#model/decision.ts';
import { LimberError } from '#model/errors.ts';
import { formatAllocated } from '#model/quantities.ts';
import type { LiveSettings } from '#decide/live-settings.ts';
import { act, type CapacityLedger } from './act.ts';
import type { Managed } from './managed.ts';
import { note } from './notes.ts';

/** A size that somebody names may not be below what is in use and a little. */
const LIVE_MARGIN = 1.02;

type Context = {
  readonly ledger: CapacityLedger;
  readonly settings: LiveSettings;
  /** SIGTERM, and SIGKILL after the grace time. */
  readonly end: () => void;
};

/** Does what a user told a run that goes on, records it, and says what came of it. */
export function obey(managed: Managed, request: ControlRequest, context: Context): ControlAnswer {
  const { mode } = managed.constraints;
  if (mode === 'observe' && !['set', 'stop'].includes(request.kind))
    return refused('this run is only observed');
  switch (request.kind) {
    case 'set':
      return change(managed, request.changes, context.settings);
    case 'resize':
      return resize(managed, request.sizes, context.ledger);
    case 'lock':
      return lock(managed, 'locked', 'its size is locked');
    case 'unlock':
      return lock(managed, 'auto', 'its size follows the policy again');
    case 'stop':
      context.end();
      return told(managed, 'it is asked to end');
  }
}

function change(
  managed: Managed,
  changes: Readonly<Record<string, string>>,
  settings: LiveSettings,
): ControlAnswer {
  const text = Object.entries(changes)
    .map(([key, value]) => `${key} is ${value}`)
    .join(', ');
  try {
    settings.change(changes);
  } catch (error) {
    if (error instanceof LimberError) return refused(error.message);
    throw error;
  }
  return told(managed, text);
}

function lock(managed: Managed, mode: 'locked' | 'auto', text: string): ControlAnswer {
  managed.input.constraints = { ...managed.input.constraints, mode };
  return told(managed, text);
}

/** Reserved before it grows and read back like every resize; what the node has not is not given. */
function resize(
  managed: Managed,
  sizes: Partial<Allocation>,
  ledger: CapacityLedger,
): ControlAnswer {
  const { input, instance } = managed;
  if (instance.enforcement.kind === 'observe') return refused('this machine cannot resize');
  const wanted = clampAllocation({ ...input.allocation, ...sizes }, managed.constraints);
  const leastBytes = input.sample.memoryWorkingSetBytes * LIVE_MARGIN;
  const allocation = {
    ...wanted,
    memoryBytes: Math.max(wanted.memoryBytes, Math.min(leastBytes, input.allocation.memoryBytes)),
  };
  lock(managed, 'locked', 'its size was set by hand and is locked');
  const changed = ALLOCATION_KEYS.filter((key) => sizes[key] !== undefined);
  const reasons = changed.map((key) => manual(key, input.allocation[key], allocation[key]));
  // Whoever asks by hand has not asked before.
  managed.claiming.unmet = undefined;
  act(managed, { allocation, reasons, rolledBack: false }, ledger, input.sample.atMs);
  const shown = changed.map((key) => formatAllocated(key, managed.input.allocation[key]));
  return { accepted: true, text: `set to ${shown.join(', ')} and locked` };
}

function manual(key: keyof Allocation, from: number, to: number): Reason {
  return {
    resource: RESOURCE_OF[key],
    signal: key.startsWith('ingress') ? 'manual.ingress' : MANUAL[RESOURCE_OF[key]],
    value: to,
    threshold: from,
    factor: to / from,
    text: 'somebody set it by hand',
  };
}

const MANUAL = { cpu: 'manual.cpu', memory: 'manual.memory', network: 'manual.egress' } as const;

function told(managed: Managed, text: string): ControlAnswer {
  const at = ((performance.now() - managed.startedMs) / 1000).toFixed(2);
  managed.events.onNote(note('changed-by-hand', { at, what: text }));
  return { accepted: true, text };
}

function refused(text: string): ControlAnswer {
  return { accepted: false, text };
}
