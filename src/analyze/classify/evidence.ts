import { COMPLEXITY_CLASSES } from '#model/complexity.ts';
import { classOf, type Growth } from '#analyze/features/bounds/growth.ts';
import { isAmortisedOver, iterationsOf } from '#analyze/features/bounds/iterations.ts';
import type { Values } from '#analyze/features/bounds/values.ts';
import { isCaseLoop } from '#analyze/features/bounds/case-loops.ts';
import { recursionOf } from '#analyze/features/recursion.ts';
import type { Loop, Unit } from '#analyze/features/survey.ts';
import type { Measured } from '#analyze/measure.ts';
import { lexicalEvidence } from './lexical.ts';
import { worstOf } from './program-cost.ts';
import { reachedUnits } from './reached.ts';
import { shapesOf } from './shapes.ts';
import { wordEvidence } from './words.ts';

export type Evidence = {
  readonly measures: Readonly<Record<string, number>>;
  readonly shapes: ReadonlyMap<string, number>;
  /** Statements at the top level run: Python, as against Java. */
  readonly scripted: boolean;
};

/**
 * What the learned part of the classification looks at: the bound that the structure proves, and how
 * the program goes about its work. Nothing here names a program or a problem.
 */
export function evidenceOf(input: Measured): Evidence {
  const { survey, graph, costs, program } = input;
  const units = reachedUnits(survey, graph);
  const worst = worstOf(survey.units, costs);
  const measures = {
    ...growthEvidence('bound', program.growth),
    ...growthEvidence('loose', program.loose),
    ...growthEvidence('worst', worst.growth),
    ...growthEvidence('worstLoose', worst.loose),
    loopDepthThroughCalls: program.loopDepth,
    ...loopEvidence(units, input.values),
    ...recursionEvidence(units, input),
    ...callEvidence(units),
    ...lexicalEvidence(units, survey),
    ...wordEvidence(units),
  };
  const own = new Set(survey.units.map(({ name }) => name));
  return { measures, shapes: shapesOf(units, own), scripted: survey.spec.language === 'python' };
}

function growthEvidence(name: string, growth: Growth): Record<string, number> {
  return {
    [`${name}Class`]: COMPLEXITY_CLASSES.indexOf(classOf(growth)),
    [`${name}Power`]: growth.exponential ? 6 : growth.poly,
    [`${name}Log`]: growth.log,
    [`${name}Exponential`]: Number(growth.exponential),
  };
}

function loopEvidence(units: readonly Unit[], values: Values): Record<string, number> {
  const loops = units.flatMap((unit) => unit.loops);
  const iterations = loops.map((loop) => ({ loop, ...iterationsOf(loop.node, loop.unit, values) }));
  const countWhere = (test: (each: (typeof iterations)[number]) => boolean) =>
    iterations.filter(test).length;
  const constants = iterations
    .filter(({ count }) => count !== undefined)
    .map(({ count }) => count!);
  return {
    loops: loops.length,
    loopsAtDepth2: loops.filter(({ depth }) => depth === 2).length,
    loopsAtDepth3: loops.filter(({ depth }) => depth >= 3).length,
    deepestLoop: loops.reduce((most, { depth }) => Math.max(most, depth), 0),
    whileLoops: loops.filter(isWhile).length,
    scaledLoops: countWhere(({ growth }) => growth.log > 0 && growth.poly === 0),
    rootLoops: countWhere(({ growth }) => growth.poly > 0 && growth.poly < 1),
    linearLoops: countWhere(({ growth }) => growth.poly === 1),
    exponentialLoops: countWhere(({ growth }) => growth.exponential),
    amortisedLoops: countWhere(isAmortisedOver),
    constantLoops: constants.length,
    largestConstantLoop: Math.log10(
      1 + constants.reduce((most, count) => Math.max(most, count), 0),
    ),
    constantProduct: Math.log10(
      1 + constants.reduce((product, count) => Math.min(1e12, product * Math.max(1, count)), 1),
    ),
    caseLoops: loops.filter(({ node }) => isCaseLoop(node)).length,
  };
}

function isWhile({ node }: Loop): boolean {
  return node.role === 'while' || node.role === 'dowhile' || node.role === 'forever';
}

function recursionEvidence(
  units: readonly Unit[],
  { graph, survey }: Measured,
): Record<string, number> {
  const recursions = units
    .map((unit) => recursionOf(unit, graph, survey))
    .filter(({ kind }) => kind !== 'none');
  return {
    recursiveUnits: recursions.length,
    branchingRecursion: recursions.filter(({ kind }) => kind === 'branching').length,
    halvingRecursion: recursions.filter(({ step }) => step === 'halving').length,
    memoisedRecursion: recursions.filter(({ memoised }) => memoised).length,
    loopingRecursion: recursions.filter(({ inLoop }) => inLoop).length,
  };
}

const CALLS: Readonly<Record<string, RegExp>> = {
  sorts: /(^sorted$|\.sort$|\.sorted$|heapify$|nsmallest$)/,
  heaps: /heapq|PriorityQueue|\.poll$|\.offer$|heappush/,
  orderedMaps: /Tree(Map|Set)/,
  hashes:
    /^(dict|set|defaultdict|collections\.(defaultdict|Counter)|Counter|HashMap|HashSet|LinkedHashMap)$/,
  bisects: /bisect|binarySearch|lower_?bound/i,
  powers: /(^|\.)(pow|modPow|powmod|power|fast_?pow\w*|binpow|qpow)$/i,
  gcds: /gcd|lcm/i,
  roots: /sqrt/i,
  logs: /(^|\.)(log|log2|log10|bit_length|bitCount)$/,
  extremes: /(^|\.)(min|max)$/,
  sums: /^sum$/,
  strings: /\.(charAt|substring|join|split|count|find|replace|toCharArray|length|append)$/,
  selections: /combinations|permutations|product$/,
  queues: /deque|ArrayDeque|LinkedList|Queue/,
  fills: /Arrays\.fill|\.fill$/,
};

function callEvidence(units: readonly Unit[]): Record<string, number> {
  const calls = units.flatMap((unit) => unit.calls);
  const evidence: Record<string, number> = { calls: calls.length };
  for (const [name, pattern] of Object.entries(CALLS)) {
    const matching = calls.filter((call) => pattern.test(call.name));
    evidence[name] = matching.length;
    evidence[`${name}InLoops`] = matching.filter(({ loopDepth }) => loopDepth > 0).length;
  }
  return evidence;
}
