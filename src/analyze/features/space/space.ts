import type { ComplexityClass, DataStructure } from '#model/complexity.ts';
import {
  classOf,
  CONSTANT,
  describeGrowth,
  isLarger,
  LINEAR,
  LOG,
  type Growth,
} from '#analyze/features/bounds/growth.ts';
import { statesOf } from '#analyze/features/bounds/recurrence.ts';
import { recursionOf } from '#analyze/features/recursion.ts';
import { containersOf } from './containers.ts';
import { Orders } from './orders.ts';
import type { SpaceInput, SpaceStep } from './space-input.ts';

export type Space = {
  readonly class: ComplexityClass;
  readonly derivation: readonly string[];
  /** The same without the stack of a recursion. */
  readonly heapClass: ComplexityClass;
};

const MOST_STEPS = 4;

/** Worst-case growth of what is alive: containers by size and growth, and the stack of recursions. */
export function spaceOf(
  input: SpaceInput,
  structures: readonly DataStructure[],
  timeClass: ComplexityClass,
): Space {
  const orders = new Orders(input);
  const heap = [
    ...input.deadline.collect(input.survey.units, (unit) =>
      containersOf(unit, { ...input, orders }),
    ),
    ...openStructures(structures, timeClass),
  ].filter(({ growth }) => isLarger(growth, CONSTANT));
  const all = [...heap, ...recursionSteps(input)];
  const most = largestOf(all);
  const derivation = all
    .filter(({ growth }) => !isLarger(most, growth))
    .slice(0, MOST_STEPS)
    .map(({ line, what, growth }) => `line ${line}: ${what} (${describeGrowth(growth)})`);
  return {
    class: classOf(most),
    heapClass: classOf(largestOf(heap)),
    derivation: derivation.length > 0 ? derivation : ['nothing that is kept grows with input'],
  };
}

/** What has no evaluated size grows with input; without time to fill it, it stays small. */
function openStructures(
  structures: readonly DataStructure[],
  timeClass: ComplexityClass,
): SpaceStep[] {
  if (timeClass === 'constant') return [];
  const growth = timeClass === 'logn' ? LOG : LINEAR;
  return structures
    .filter(({ bytes }) => bytes === undefined)
    .map(({ line, kind, grows }) => ({
      growth,
      line,
      what: grows ? `${kind} grows` : `a ${kind} of unknown size`,
    }));
}

/** Each activation that waits for an inner one keeps its frame; remembered results keep a table. */
function recursionSteps({ survey, graph, deadline }: SpaceInput): SpaceStep[] {
  return deadline.collect(survey.units, (unit): SpaceStep[] => {
    const recursion = recursionOf(unit, graph, survey);
    if (recursion.kind === 'none') return [];
    const line = unit.node.line;
    const isHalving = recursion.step === 'halving' && !recursion.inLoop;
    const depth = {
      growth: isHalving ? LOG : LINEAR,
      line,
      what: `${unit.name} calls itself so deep`,
    };
    if (!recursion.memoised || isHalving) return [depth];
    return [
      depth,
      { growth: statesOf(recursion, unit), line, what: `${unit.name} remembers each place` },
    ];
  });
}

function largestOf(steps: readonly SpaceStep[]): Growth {
  return steps.reduce((most, { growth }) => (isLarger(growth, most) ? growth : most), CONSTANT);
}
