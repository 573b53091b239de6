import { ALLOCATION_KEYS, RESOURCE_OF } from '#model/allocation.ts';
import type { Reason, Target } from '#model/decision.ts';

const RESOURCES: ReadonlySet<unknown> = new Set(Object.values(RESOURCE_OF));
const MOST_REASONS = 16;
const LONGEST_TEXT = 500;

/**
 * What a policy that a user wrote has answered, as a target; throws an Error that says what was
 * expected and what was got. Nothing of it is trusted: it is recorded, shown and enforced.
 */
export function checkTarget(answer: unknown): Target | undefined {
  if (answer === undefined || answer === null) return undefined;
  const { allocation, reasons = [], rolledBack } = answer as Partial<Target>;
  if (allocation === undefined || allocation === null)
    throw wrong('decide', 'an object with an allocation, or undefined', answer);
  for (const key of ALLOCATION_KEYS) {
    const value: unknown = allocation[key];
    if (typeof value !== 'number' || Number.isNaN(value) || value < 0)
      throw wrong(`allocation.${key}`, 'a number of at least 0', value);
  }
  if (!Array.isArray(reasons)) throw wrong('reasons', 'a list', reasons);
  return {
    allocation,
    reasons: reasons.slice(0, MOST_REASONS).map(checkReason),
    rolledBack: rolledBack === true,
  };
}

function checkReason(reason: Partial<Reason>): Reason {
  const { resource, signal, value, threshold, factor, text } = reason;
  if (!RESOURCES.has(resource)) throw wrong('reason.resource', 'cpu, memory or network', resource);
  if (typeof text !== 'string') throw wrong('reason.text', 'a sentence', text);
  return {
    resource: resource!,
    signal: typeof signal === 'string' ? signal.slice(0, LONGEST_TEXT) : 'policy',
    value: numberOr(value, 0),
    threshold: numberOr(threshold, 0),
    factor: numberOr(factor, 1),
    text: text.slice(0, LONGEST_TEXT),
  };
}

function numberOr(value: unknown, absent: number): number {
  return typeof value === 'number' && !Number.isNaN(value) ? value : absent;
}

function wrong(what: string, expected: string, got: unknown): Error {
  const shown = got instanceof Promise ? 'a promise' : (JSON.stringify(got) ?? String(got));
  return new Error(`${what}: expected ${expected}, got ${shown.slice(0, LONGEST_TEXT)}`);
}
