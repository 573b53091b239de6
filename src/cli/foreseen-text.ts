import type { Foreseen } from '#client/index.ts';
import type { ComplexityProfile } from '#model/complexity.ts';
import type { Constraints } from '#model/constraints.ts';
import { allocationText, boundsText } from './allocation-text.ts';
import { factLines, type Fact } from './fact-lines.ts';
import { codeText } from './plan-text.ts';
import type { Style } from './style.ts';
import { oneLine } from './text-table.ts';

/** What `--server URL run --dry-run` shows: what a server says of a run that it was not asked for. */
export function foreseenText(title: string, foreseen: Foreseen, style: Style): string {
  const { text, allocation, reasons, policy } = foreseen;
  const constraints = foreseen.constraints as unknown as Constraints;
  const profile = foreseen.profile as Pick<ComplexityProfile, 'language' | 'score' | 'class'>;
  const facts: Fact[] = [
    ['would run', oneLine(title)],
    ['there', text],
    ['code', codeText(profile, profile)],
    ['first size', allocationText(allocation, style), ...reasons.map(oneLine)],
    ['bounds', boundsText(constraints, style)],
    ['policy', `${policy}, priority ${constraints.priority}, mode ${constraints.mode}`],
  ];
  return `${factLines(facts, style).join('\n')}\n`;
}
