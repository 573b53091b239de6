import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { lastPart } from '#analyze/features/callee.ts';
import { lookup } from '#analyze/features/lookup.ts';
import { recursionOf, type Recursion } from '#analyze/features/recursion.ts';
import { isLoop, type Call, type Survey, type Unit } from '#analyze/features/survey.ts';
import {
  CONSTANT,
  EXPONENTIAL,
  LINEAR,
  LOG,
  N_LOG_N,
  describeGrowth,
  growthOf,
  isLarger,
  larger,
  times,
  type Growth,
} from './growth.ts';
import { iterationsOf } from './iterations.ts';
import type { Values } from './values.ts';

/** The most expensive way through a piece of code, with the steps that make it so. */
export type Cost = {
  readonly growth: Growth;
  readonly steps: readonly string[];
  readonly loopDepth: number;
};

const FREE: Cost = { growth: CONSTANT, steps: [], loopDepth: 0 };

/** Time bounds by structure: loops multiply, sequences take the largest, calls cost what they do. */
export class Costs {
  readonly #survey: Survey;
  readonly #graph: CallGraph;
  readonly #values: Values;
  readonly #done = new Map<Unit, Cost>();
  readonly #callOf = new Map<SyntaxNode, Call>();

  constructor(survey: Survey, graph: CallGraph, values: Values) {
    this.#survey = survey;
    this.#graph = graph;
    this.#values = values;
    for (const unit of survey.units)
      for (const call of unit.calls) this.#callOf.set(call.node, call);
  }

  ofUnit(unit: Unit): Cost {
    const known = this.#done.get(unit);
    if (known !== undefined) return known;
    // Recursive calls count once here; the recurrence multiplies below.
    this.#done.set(unit, FREE);
    const body = this.#below(unit.node, unit);
    const cost = withRecursion(body, recursionOf(unit, this.#graph, this.#survey), unit);
    this.#done.set(unit, cost);
    return cost;
  }

  #below(node: SyntaxNode, unit: Unit): Cost {
    let most = FREE;
    for (const child of node.children) most = worse(most, this.#of(child, unit));
    return most;
  }

  #of(node: SyntaxNode, unit: Unit): Cost {
    if (node.role === 'function' || node.role === 'import') return FREE;
    if (node.role === 'closure' && this.#isStored(node)) return FREE;
    if (node.role === 'comprehension' || node.role === 'generator')
      return this.#comprehension(node, unit);
    if (isLoop(node)) return this.#loop(node, unit);
    const below = this.#below(node, unit);
    if (node.role === 'call' || node.role === 'new')
      return worse(below, this.#call(node, unit, below));
    return below;
  }

  #loop(node: SyntaxNode, unit: Unit): Cost {
    const once = node.children.filter(
      (child) => child.slot === 'iterable' || child.slot === 'initializer',
    );
    const repeated = node.children.filter((child) => !once.includes(child));
    const inner = repeated.reduce((most, child) => worse(most, this.#of(child, unit)), FREE);
    return this.#repeat(
      node,
      unit,
      inner,
      once.reduce((most, child) => worse(most, this.#of(child, unit)), FREE),
    );
  }

  #repeat(node: SyntaxNode, unit: Unit, inner: Cost, once: Cost): Cost {
    const iterations = iterationsOf(node, unit, this.#values);
    const growth = times(iterations.growth, inner.growth);
    const step = `line ${node.line}: loop ${iterations.why} (${describeGrowth(iterations.growth)})`;
    return worse({ growth, steps: [step, ...inner.steps], loopDepth: inner.loopDepth + 1 }, once);
  }

  #comprehension(node: SyntaxNode, unit: Unit): Cost {
    let inner = node.children
      .filter((child) => child.role !== 'comprehensionFor')
      .reduce((most, child) => worse(most, this.#of(child, unit)), FREE);
    for (const clause of node.children
      .filter((child) => child.role === 'comprehensionFor')
      .reverse())
      inner = this.#repeat(clause, unit, inner, this.#below(clause, unit));
    return inner;
  }

  #call(node: SyntaxNode, unit: Unit, given: Cost): Cost {
    const call = this.#callOf.get(node);
    if (call === undefined) return FREE;
    const target = this.#graph.targetOf.get(call);
    if (target !== undefined) return this.#ownCall(call, target);
    const cost =
      lookup(this.#survey.spec.library.costs, call.name) ??
      lookup(this.#survey.spec.library.costs, `.${lastPart(call.name)}`);
    if (cost === undefined || cost === 'constant') return FREE;
    const growth = times(
      growthOf(cost),
      given.growth === CONSTANT || !hasClosure(node) ? CONSTANT : given.growth,
    );
    return {
      growth,
      steps: [`line ${node.line}: ${call.name} (${describeGrowth(growthOf(cost))})`],
      loopDepth: 1,
    };
  }

  #ownCall(call: Call, target: Unit): Cost {
    const cost = this.ofUnit(target);
    if (cost.growth === CONSTANT) return { ...FREE, loopDepth: cost.loopDepth };
    return { ...cost, steps: [`line ${call.node.line}: calls ${target.name}`, ...cost.steps] };
  }

  /** A closure that is kept under a name runs where it is called, not where it is written. */
  #isStored(node: SyntaxNode): boolean {
    return (
      node.slot !== 'arguments' && this.#survey.unitOf.has(node) && node.parent?.role !== 'call'
    );
  }
}

function worse(a: Cost, b: Cost): Cost {
  const [most, other] = isLarger(b.growth, a.growth) ? [b, a] : [a, b];
  return most.loopDepth >= other.loopDepth ? most : { ...most, loopDepth: other.loopDepth };
}

function hasClosure(node: SyntaxNode): boolean {
  return node.children.some((child) => child.role === 'closure');
}

/** The recurrence T(n) = branches · T(step) + body, solved for the shapes that code shows. */
function withRecursion(body: Cost, recursion: Recursion, unit: Unit): Cost {
  if (recursion.kind === 'none') return body;
  const growth = recurrence(body.growth, recursion);
  const step = `line ${unit.node.line}: ${unit.name} calls itself, ${recursion.kind}${recursion.memoised ? ', memoised' : ''} (${describeGrowth(growth)})`;
  return { growth, steps: [step, ...body.steps], loopDepth: body.loopDepth };
}

function recurrence(body: Growth, { step, branches, inLoop, memoised }: Recursion): Growth {
  if (memoised) return times(LINEAR, body);
  if (inLoop) return larger(EXPONENTIAL, body);
  if (step === 'halving')
    return branches > 1
      ? body.poly >= 1
        ? larger(N_LOG_N, body)
        : LINEAR
      : body.poly > 0
        ? body
        : times(LOG, body);
  return branches > 1 ? EXPONENTIAL : times(LINEAR, body);
}
