import { decide } from '#decide/decide.ts';
import type { Target } from '#model/decision.ts';
import type { Managed } from './managed.ts';
import { note } from './notes.ts';

/**
 * A policy that a user wrote may throw or answer nonsense: then its fallback decides, from this very
 * reading on. The built-in ones have none; what fails in them is a fault of the loop.
 */
export function decideSafely(managed: Managed): Target | undefined {
  const { policy, input } = managed;
  const { fallback } = policy;
  if (fallback === undefined) return decide(policy, input);
  try {
    return decide(policy, input);
  } catch (error) {
    managed.policy = fallback;
    managed.events.onNote(
      note('policy-failed', { policy: policy.name, problem: messageOf(error) }),
    );
    return decide(fallback, input);
  }
}

/** Whatever is thrown, an object that cannot be shown among it. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `it threw a ${typeof error}`;
}
