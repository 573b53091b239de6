import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { CONSTANT, describeGrowth, isLarger, times, type Growth } from './growth.ts';

/** The most expensive way through a piece of code, with the steps that make it so. */
export type Cost = {
  readonly growth: Growth;
  /** The same with large fixed counts and loops over cases taken as growing. */
  readonly loose: Growth;
  readonly steps: readonly string[];
  /** Loops around the innermost statement, through calls; a library call with a loop in it counts. */
  readonly loopDepth: number;
};

export const FREE: Cost = { growth: CONSTANT, loose: CONSTANT, steps: [], loopDepth: 0 };

/** Of a chain of calls: what comes after so many tells nobody more, and chains can be long. */
const MOST_STEPS = 40;

export function after(step: string, { steps }: Cost): readonly string[] {
  return [step, ...steps.slice(0, MOST_STEPS - 1)];
}

/** Of what follows one another the larger counts. */
export function worse(a: Cost, b: Cost): Cost {
  // Nearly all code costs nothing, and asks for every node.
  if (b === FREE || a === b) return a;
  const [most, other] = isLarger(b.growth, a.growth) ? [b, a] : [a, b];
  const loose = isLarger(other.loose, most.loose) ? other.loose : most.loose;
  if (loose === most.loose && most.loopDepth >= other.loopDepth) return most;
  const { growth, steps } = most;
  return { growth, loose, steps, loopDepth: Math.max(most.loopDepth, other.loopDepth) };
}

/** A call or an operator that goes through something, and what it does to each item. */
export function hiddenLoop(at: SyntaxNode, what: string, growth: Growth, perItem: Cost): Cost {
  return {
    growth: times(growth, perItem.growth),
    loose: times(growth, perItem.loose),
    steps: after(`line ${at.line}: ${what} (${describeGrowth(growth)})`, perItem),
    loopDepth: perItem.loopDepth + 1,
  };
}
