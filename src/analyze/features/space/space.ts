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
import type { Unit } from '#analyze/features/survey.ts';
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

/** What grows with input in a unit: containers by size and growth, and the stack of recursions. */
export function spaceSteps(
  input: SpaceInput,
  timeClass: ComplexityClass,
): (unit: Unit, structures: readonly DataStructure[]) => SpaceStep[] {
  const context = { ...input, orders: new Orders(input) };
  return (unit, structures) => {
    const steps = containersOf(unit, context);
    if (structures.length > 0) steps.push(...openStructures(structures, timeClass));
    if (input.graph.cycles.has(unit)) steps.push(...recursionSteps(unit, input));
    return steps.length === 0 ? steps : steps.filter(({ growth }) => isLarger(growth, CONSTANT));
  };
}

/** Worst-case growth of what is alive. */
export function spaceOf(steps: readonly SpaceStep[]): Space {
  const heapFirst = [
    ...steps.filter(({ isStack }) => isStack !== true),
    ...steps.filter(({ isStack }) => isStack === true),
  ];
  const most = largestOf(steps);
  const derivation = heapFirst
    .filter(({ growth }) => !isLarger(most, growth))
    .slice(0, MOST_STEPS)
    .map(textOf);
  return {
    class: classOf(most),
    heapClass: classOf(largestOf(steps.filter(({ isStack }) => isStack !== true))),
    derivation: derivation.length > 0 ? derivation : ['nothing that is kept grows with input'],
  };
}

function textOf({ line, what, growth, elsewhere }: SpaceStep): string {
  const place = elsewhere === undefined ? '' : `, into ${elsewhere.file}, line ${elsewhere.line}`;
  return `line ${line}${place}: ${what} (${describeGrowth(growth)})`;
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
function recursionSteps(unit: Unit, { survey, graph }: SpaceInput): SpaceStep[] {
  const recursion = recursionOf(unit, graph, survey);
  if (recursion.kind === 'none') return [];
  const { line } = unit.node;
  const isStack = true as const;
  const isHalving = recursion.step === 'halving' && !recursion.inLoop;
  const growth = isHalving ? LOG : LINEAR;
  const depth = { growth, line, what: `${unit.name} calls itself so deep`, isStack };
  if (!recursion.memoised || isHalving) return [depth];
  const what = `${unit.name} remembers each place`;
  return [depth, { growth: statesOf(recursion, unit), line, what, isStack }];
}

function largestOf(steps: readonly SpaceStep[]): Growth {
  return steps.reduce((most, { growth }) => (isLarger(growth, most) ? growth : most), CONSTANT);
}
