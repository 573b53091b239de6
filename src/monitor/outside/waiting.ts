import type { Doing, WaitsFor } from '#model/outside.ts';
import { intOf, isZero, type SystemCall } from './system-call.ts';

/** What stands behind a descriptor of a process. */
export type DescriptorKind = 'file' | 'pipe' | 'terminal' | 'network' | 'local' | 'timer' | 'other';

/** What a classification may ask of the process; asked only when the call alone does not tell. */
export type Surroundings = {
  readonly descriptor: (descriptor: number) => DescriptorKind;
  readonly hasNetworkSocket: () => boolean;
  readonly hasChildren: () => boolean;
};

const WAITS_BEHIND: Readonly<Record<DescriptorKind, WaitsFor>> = {
  file: 'disk',
  pipe: 'pipe',
  terminal: 'terminal',
  network: 'network',
  local: 'pipe',
  timer: 'timer',
  other: 'lock',
};

const DOING_WHILE: Readonly<Record<WaitsFor, Doing>> = {
  nothing: 'computing',
  disk: 'waiting-io',
  network: 'waiting-network',
  pipe: 'waiting-io',
  terminal: 'waiting-io',
  child: 'waiting-child',
  timer: 'sleeping',
  lock: 'waiting-lock',
};

export function doingWhile(waitsFor: WaitsFor): Doing {
  return DOING_WHILE[waitsFor];
}

/** `state` is the letter of /proc/PID/stat, read just before the call was. */
export function waitOf(
  state: string,
  call: SystemCall | 'running' | 'outside' | undefined,
  around: Surroundings,
): WaitsFor {
  if (state === 'R' || call === 'running') return 'nothing';
  // Stopped or traced: somebody will let it go on.
  if (state === 'T' || state === 't') return 'timer';
  if (call === undefined || call === 'outside') return state === 'D' ? 'disk' : 'timer';
  const waitsFor = waitInCall(call, around);
  // A page that is not there yet keeps the kernel uninterruptible, whatever the call is about.
  if (state === 'D') return waitsFor === 'child' ? 'child' : 'disk';
  // A read of a file that can be interrupted is one of a named pipe.
  return waitsFor === 'disk' && call.kind?.kind === 'descriptor' ? 'pipe' : waitsFor;
}

function waitInCall({ kind, args }: SystemCall, around: Surroundings): WaitsFor {
  if (kind === undefined) return 'timer';
  if (kind.kind === 'descriptor') return waitAt(around, intOf(args[0]));
  if (kind.kind === 'futex') return isZero(args[3]) ? 'lock' : 'timer';
  if (kind.kind !== 'many') return kind.kind;
  // A select or poll of nothing is how older programs sleep.
  if (kind.count !== undefined && isZero(args[kind.count])) return 'timer';
  const timeout = args[kind.timeout];
  return waitForMany(around, kind.unit === 'ms' ? intOf(timeout) >= 0 : !isZero(timeout));
}

function waitAt(around: Surroundings, descriptor: number): WaitsFor {
  const waitsFor = WAITS_BEHIND[around.descriptor(descriptor)];
  // The output of `$(…)` and of a subprocess comes through a pipe.
  return waitsFor === 'pipe' && around.hasChildren() ? 'child' : waitsFor;
}

/** The list of descriptors is in the program's memory, which is not read: /proc/PID/mem may block. */
export function waitForMany(
  around: Pick<Surroundings, 'hasNetworkSocket' | 'hasChildren'>,
  hasEndOfItsOwn: boolean,
): WaitsFor {
  if (around.hasNetworkSocket()) return 'network';
  if (around.hasChildren()) return 'child';
  return hasEndOfItsOwn ? 'timer' : 'pipe';
}
