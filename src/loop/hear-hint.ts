import { ALLOCATION_KEYS, type AllocationKey, toldAllocation } from '#model/allocation.ts';
import type { Hint } from '#model/hint.ts';
import { formatAllocated } from '#model/quantities.ts';
import { decodeHint } from '#monitor/hint.ts';
import { textOf } from './hints.ts';
import type { Managed } from './managed.ts';

type Answer = { readonly accepted: boolean; readonly reason: string };

/** Undefined when the line is no hint. `react` brings what was accepted into force. */
export function hearHint(
  managed: Managed,
  line: string,
  nowMs: number,
  react: () => void,
): string | undefined {
  const message = decodeHint(line);
  if (message === undefined) return undefined;
  if (message.kind === 'refused') return answerText(managed, refusal(message.reason));
  const { hint } = message;
  const answer = consider(managed, hint, nowMs);
  noteHint(managed, hint, answer, nowMs);
  if (answer.accepted) react();
  return answerText(managed, answer);
}

function consider(managed: Managed, hint: Hint, nowMs: number): Answer {
  const { hints, input } = managed;
  const problem = whyNot(managed);
  if (problem !== undefined) return refusal(problem);
  if (!hints.mayHear(nowMs)) return refusal('too many hints in one second');
  if (!hints.accept(hint, nowMs)) return refusal('too many askers at once');
  const { max } = input.constraints;
  const above = ALLOCATION_KEYS.filter((key) => (hint.wants[key] ?? 0) > max[key]);
  const limits = above.map((key) => formatAllocated(key, max[key]));
  const reason = above.length > 0 ? `up to the maximum: ${limits.join(', ')}` : 'in force';
  return { accepted: true, reason };
}

/** What is granted shows in the resize that follows; everything else would leave no trace. */
function noteHint(managed: Managed, hint: Hint, answer: Answer, nowMs: number): void {
  for (const key of ALLOCATION_KEYS) {
    const wanted = hint.wants[key];
    const became = wanted === undefined ? undefined : becameOf(managed, key, wanted, answer);
    if (became === undefined) continue;
    const what =
      wanted === 0 ? `the program withdrew its hint for ${NAMES[key]}` : textOf(hint, key);
    managed.hintNotes.tell(nowMs, became === '' ? what : `${what}: ${became}`);
  }
}

function becameOf(
  { input }: Managed,
  key: AllocationKey,
  wanted: number,
  { accepted, reason }: Answer,
): string | undefined {
  if (!accepted) return `this was refused, ${reason}`;
  const [max, held] = [input.constraints.max[key], input.allocation[key]];
  if (wanted === 0) return '';
  if (wanted > max) return `it is given up to its maximum of ${formatAllocated(key, max)}`;
  return wanted <= held ? `it holds ${formatAllocated(key, held)} already` : undefined;
}

const NAMES = {
  cpuCores: 'CPU',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'the download rate',
  egressBitsPerSecond: 'the upload rate',
} as const satisfies Record<AllocationKey, string>;

/** A size that somebody fixed, or that cannot be changed, is not moved by the program. */
function whyNot({ instance, input, policy }: Managed): string | undefined {
  if (input.constraints.mode === 'locked') return 'the size is locked';
  if (input.constraints.mode === 'observe') return 'this run is only observed';
  if (instance.enforcement.kind === 'observe') return 'this machine cannot resize';
  if (policy.name === 'static') return 'the policy is static';
  if (policy.name === 'unlimited') return 'nothing is limited';
  return undefined;
}

function refusal(reason: string): Answer {
  return { accepted: false, reason };
}

function answerText({ instance }: Managed, answer: Answer): string {
  const allocation = toldAllocation(instance.allocation());
  return JSON.stringify({ v: 1, kind: 'hint', ...answer, allocation });
}
