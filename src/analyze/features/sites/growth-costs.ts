import { finalBytes, growthsIn } from '#analyze/features/sizes/growing.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { SiteContext } from './site-context.ts';

export type GrowthCost = {
  readonly node: SyntaxNode;
  readonly what: string;
  readonly bytesPerRound: number;
  readonly bytes?: number;
};

/** Entries of a table that is large enough to say what each one takes. */
const MANY = 1024;

/** What containers grow by in each round of the loops around them; what is only referred to is not counted. */
export function growthCosts(unit: Unit, context: SiteContext): GrowthCost[] {
  const { memory } = context.survey.spec;
  const growths = growthsIn(unit, context);
  if (growths.length === 0) return [];
  return context.values.deadline.collect(growths, (growth) => {
    const { node, target, kind, entry } = growth;
    const bytes = finalBytes(growth, context);
    return [
      {
        node,
        what: target,
        bytesPerRound: Math.round(memory.table(kind, MANY) / MANY + entry),
        ...(bytes === undefined ? {} : { bytes }),
      },
    ];
  });
}
