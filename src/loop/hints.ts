import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import type { Floor, FloorPart, Hint } from '#model/hint.ts';
import { formatAllocated } from '#model/quantities.ts';
import { decodeHint } from '#monitor/hint.ts';
import type { Managed } from './managed.ts';

/** More askers than a program has reason for, and more changes of mind. */
const MOST_ASKERS = 32;
const MOST_PER_SECOND = 20;
const WINDOW_MS = 1000;

type Asked = FloorPart & { readonly untilMs: number };
type Answer = { readonly accepted: boolean; readonly reason: string };

/**
 * What one instance's program has asked for and is still in force. Lifecycle: (hear, floorAt)* .
 */
export class Hints {
  /** By resource and asker. */
  readonly #asked = new Map<AllocationKey, Map<string, Asked>>();
  #window = { endsMs: 0, count: 0 };

  /** False when the program changes its mind too often. */
  mayHear(nowMs: number): boolean {
    if (nowMs >= this.#window.endsMs) this.#window = { endsMs: nowMs + WINDOW_MS, count: 0 };
    return ++this.#window.count <= MOST_PER_SECOND;
  }

  /** Each resource that it names is replaced for this asker, or withdrawn with zero; false = too many askers. */
  accept(hint: Hint, nowMs: number): boolean {
    const untilMs = nowMs + (hint.withinSeconds + hint.forSeconds) * 1000;
    const named = ALLOCATION_KEYS.filter((key) => hint.wants[key] !== undefined);
    if (named.some((key) => !this.#hasRoom(key, hint))) return false;
    for (const key of named) {
      const value = hint.wants[key]!;
      const byAsker = this.#asked.get(key) ?? new Map<string, Asked>();
      this.#asked.set(key, byAsker);
      if (value === 0) byAsker.delete(hint.id);
      else byAsker.set(hint.id, { value, untilMs, text: textOf(hint, key) });
    }
    return true;
  }

  /** What is in force; undefined, and free, when nothing is. */
  floorAt(nowMs: number): Floor | undefined {
    if (this.#asked.size === 0) return undefined;
    const floor: Partial<Record<AllocationKey, FloorPart>> = {};
    for (const [key, byAsker] of this.#asked) {
      for (const [id, asked] of byAsker) {
        if (asked.untilMs <= nowMs) byAsker.delete(id);
        else if (asked.value > (floor[key]?.value ?? 0)) floor[key] = asked;
      }
      if (byAsker.size === 0) this.#asked.delete(key);
    }
    return this.#asked.size === 0 ? undefined : floor;
  }

  #hasRoom(key: AllocationKey, { id }: Hint): boolean {
    const byAsker = this.#asked.get(key);
    return byAsker === undefined || byAsker.has(id) || byAsker.size < MOST_ASKERS;
  }
}

/** "the program asked for 4Gi within 10 s (load)", "… for 2 cores" */
function textOf({ wants, withinSeconds, phase }: Hint, key: AllocationKey): string {
  const when = withinSeconds > 0 ? ` within ${Number(withinSeconds.toPrecision(3))} s` : '';
  const what = phase === undefined ? '' : ` (${phase})`;
  return `the program asked for ${formatAllocated(key, wants[key] ?? 0)}${UNITS[key]}${when}${what}`;
}

const UNITS = {
  cpuCores: ' cores',
  memoryBytes: '',
  ingressBitsPerSecond: 'bit/s',
  egressBitsPerSecond: 'bit/s',
} as const satisfies Record<AllocationKey, string>;

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
  // Infinity becomes null, as in the file that the program reads.
  return JSON.stringify({ v: 1, kind: 'hint', ...answer, allocation: instance.allocation() });
}
