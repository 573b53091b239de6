import type { Allocation } from '#model/allocation.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Submission } from '#model/execution.ts';
import type { Enforcement } from '#model/instance.ts';
import { allocationText, boundsText } from './allocation-text.ts';
import { factLines, type Fact } from './fact-lines.ts';
import { sandboxFacts } from './sandbox-facts.ts';
import type { Style } from './style.ts';
import { oneLine } from './text-table.ts';

/** Everything that is known before a run starts. */
export type RunPlan = {
  readonly title: string;
  readonly submission: Submission;
  readonly profile?: Pick<ComplexityProfile, 'score' | 'class'>;
  readonly initial: Allocation;
  readonly initialReasons: readonly string[];
  readonly enforcement: Enforcement;
};

/** What `--dry-run` shows: how the program would be sized, bounded and shut in. */
export function planText(plan: RunPlan, style: Style): string {
  const { submission, enforcement } = plan;
  const { constraints, policy } = submission;
  const facts: Fact[] = [
    ['would run', oneLine(plan.title)],
    ['code', codeText(submission, plan.profile)],
    ['first size', allocationText(plan.initial, style), ...plan.initialReasons.map(oneLine)],
    ['bounds', boundsText(constraints, style)],
    ['policy', `${policy}, priority ${constraints.priority}, mode ${constraints.mode}`],
    ['resizing', ...enforcementTexts(enforcement)],
    ...sandboxFacts(submission),
  ];
  return `${factLines(facts, style).join('\n')}\n`;
}

export function codeText(
  { language }: Pick<Submission, 'language'>,
  profile: RunPlan['profile'],
): string {
  const name = language === 'unknown' ? 'a command' : language;
  if (!profile) return name;
  const complexityClass = profile.class === 'unknown' ? 'class unknown' : profile.class;
  return `${name}, complexity ${Math.round(profile.score)} of 100, ${complexityClass}`;
}

export function enforcementTexts(enforcement: Enforcement): string[] {
  if (enforcement.kind === 'enforce') return [`through cgroup v${enforcement.cgroupVersion}`];
  return [`none, watching only: ${enforcement.problem}`, enforcement.hint];
}
