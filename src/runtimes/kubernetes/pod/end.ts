import { constants } from 'node:os';
import type { Exit } from '#model/instance.ts';
import type { ContainerStatus, Pod } from '../api/types.ts';
import { MAIN } from './names.ts';

const SIGNAL_BASE = 128;
/** The container could not be started at all. Source: containerd's CRI plugin. */
const NEVER_STARTED = new Set(['StartError', 'ContainerCannotRun']);
const MOST_MESSAGE = 300;

export function mainStatus(pod: Pod | undefined): ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.find(({ name }) => name === MAIN);
}

export function isOver(pod: Pod, container: string): boolean {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  return status?.state?.terminated !== undefined;
}

/** All of it: none of its containers runs again. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/**
 * How the program ended, as the pod tells; undefined while it runs. `wasDeleted`: by this controller.
 * A pod that somebody else takes away, or whose node is gone, is lost: how its program ended cannot
 * be known.
 */
export function endOf(pod: Pod | undefined, wasDeleted: boolean): Exit | undefined {
  if (!pod) return wasDeleted ? KILLED : lost('it was deleted');
  const disruption = pod.status?.conditions?.find(
    ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
  );
  if (disruption) return lost(`${disruption.reason ?? 'disrupted'}: ${disruption.message ?? ''}`);
  const terminated = mainStatus(pod)?.state?.terminated;
  if (pod.status?.reason === 'Evicted' || (pod.status?.phase === 'Failed' && !terminated))
    return lost(`${pod.status.reason ?? 'failed'}: ${pod.status.message ?? ''}`);
  if (terminated) return exitOf(terminated);
  if (pod.metadata.deletionTimestamp !== undefined && !wasDeleted) return lost('it was deleted');
  return undefined;
}

const KILLED: Exit = { started: true, signal: 'SIGKILL', exitCode: 137, memoryExhausted: false };

function lost(problem: string): Exit {
  const text = problem.slice(0, MOST_MESSAGE).trim().replace(/:$/, '');
  return { started: true, memoryExhausted: false, lost: text };
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

function exitOf({ exitCode, reason, message = '' }: Terminated): Exit {
  const signal = exitCode > SIGNAL_BASE ? signalName(exitCode - SIGNAL_BASE) : undefined;
  const tmp = tmpOf(message);
  return {
    started: !NEVER_STARTED.has(reason ?? '') && !message.startsWith('missing'),
    exitCode,
    memoryExhausted: reason === 'OOMKilled',
    ...(signal && { signal }),
    ...(tmp && { tmp }),
  };
}

function signalName(number: number): NodeJS.Signals | undefined {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] as NodeJS.Signals | undefined;
}

/** probes/pod/start.sh leaves: a word, blocks, free blocks, block size, peak, CPU time. */
function numbersOf(message: string): readonly number[] {
  return message.trim().split(/\s+/).slice(1).map(Number);
}

/** The program could have written it, too: it counts as its own word. */
function tmpOf(message: string): Exit['tmp'] {
  const [blocks, free, blockBytes] = numbersOf(message);
  if (!blocks || free === undefined || !blockBytes) return undefined;
  if (![blocks, free, blockBytes].every(Number.isFinite)) return undefined;
  return { usedBytes: (blocks - free) * blockBytes, sizeBytes: blocks * blockBytes };
}

/** What the container had used when its program ended; 0 where that is not known. */
export function lastUseOf(pod: Pod | undefined): {
  readonly peakBytes: number;
  readonly cpuUsec: number;
} {
  const [peak = 0, cpu = 0] = numbersOf(mainStatus(pod)?.state?.terminated?.message ?? '').slice(3);
  return {
    peakBytes: Number.isFinite(peak) ? peak : 0,
    cpuUsec: Number.isFinite(cpu) ? cpu : 0,
  };
}
