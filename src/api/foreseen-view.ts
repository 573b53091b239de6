import { lowerOf } from '#model/allocation.ts';
import type { Foreseen } from '#serve/executions/foresee.ts';

/** A run that was only prepared as the API shows it. */
export function foreseenView({ would, text, run }: Foreseen) {
  const { submission, profile, initial, initialReasons, ceiling } = run;
  return {
    dryRun: true as const,
    would,
    text,
    // Without limits it has what the node has.
    allocation: lowerOf(initial, ceiling),
    reasons: initialReasons,
    constraints: submission.constraints,
    policy: submission.policy,
    profile,
  };
}
