import { missingCapabilities } from '../capabilities.ts';
import type { Counts, Skip } from './counts.ts';

export type Suite = { readonly name: string; readonly counts: Counts };

export type Verdict = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Everything that must be told before the last line. */
  readonly remarks: readonly string[];
};

/**
 * Sums the suites. A skip is a failure when it gives no reason, when the reason was not given by
 * `requires`, and when the machine has what the test said it lacked.
 */
export function judge(suites: readonly Suite[]): Verdict {
  const remarks: string[] = [];
  let [passed, failed, skipped] = [0, 0, 0];
  for (const { name, counts } of suites) {
    const unjust = counts.skipped.filter((skip) => objection(skip, counts) !== undefined);
    remarks.push(...counts.skipped.map((skip) => remark(name, skip, counts)));
    remarks.push(...counts.failures.map((failure) => `FAILED in ${name}: ${failure}`));
    remarks.push(...counts.flaky.map((test) => `passed when tried again in ${name}: ${test}`));
    passed += counts.passed;
    failed += counts.failed + unjust.length;
    skipped += counts.skipped.length - unjust.length;
  }
  return { passed, failed, skipped, remarks };
}

export function lastLine({ passed, failed, skipped }: Verdict): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

function remark(suite: string, skip: Skip, counts: Counts): string {
  const problem = objection(skip, counts);
  const end = problem === undefined ? '' : ` — FAILED: ${problem}`;
  return `skipped in ${suite}: ${skip.name}: ${skip.reason || 'no reason'}${end}`;
}

function objection({ reason }: Skip, { capabilities }: Counts): string | undefined {
  const missing = missingCapabilities(reason);
  if (missing === undefined) return 'a skip must give its reason through requires()';
  const present = missing.filter((name) => capabilities.includes(name));
  if (present.length > 0) return `this machine has ${present.join(', ')}`;
  return undefined;
}
