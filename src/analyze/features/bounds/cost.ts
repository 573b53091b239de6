import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { recursionOf, recursionOfAll } from '#analyze/features/recursion.ts';
import { isLoop } from '#analyze/features/loop-parts.ts';
import { isIterated } from '#analyze/features/repeated.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import { isCaseLoop, isReader } from './case-loops.ts';
import {
  CONSTANT,
  LINEAR,
  LOG,
  describeGrowth,
  isLarger,
  larger,
  times,
  type Growth,
} from './growth.ts';
import { iterationsOf, looksLikeHalvings } from './iterations.ts';
import { leavesAtEnd } from './leaving.ts';
import { libraryGrowth } from './library-cost.ts';
import { operationGrowth } from './operations.ts';
import { solveRecurrence } from './recurrence.ts';
import type { Iterations, Values } from './values.ts';

/** The most expensive way through a piece of code, with the steps that make it so. */
export type Cost = {
  readonly growth: Growth;
  /** The same with large fixed counts and loops over cases taken as growing. */
  readonly loose: Growth;
  readonly steps: readonly string[];
  /** Loops around the innermost statement, through calls; a library call with a loop in it counts. */
  readonly loopDepth: number;
};

/** What a call costs that leads into another file; undefined where it is not known to. */
export type ForeignCost = (call: Call) => Cost | undefined;

const FREE: Cost = { growth: CONSTANT, loose: CONSTANT, steps: [], loopDepth: 0 };
const LARGE_COUNT = 1000;
/** Of a chain of calls: what comes after so many tells nobody more, and chains can be long. */
const MOST_STEPS = 40;
/** Circles of calls can be longer than the stack: below so many nodes, calls are not followed further. */
const DEEPEST = 300;

/** Time bounds by structure: loops multiply, sequences take the largest, calls cost what they do. */
export class Costs {
  readonly #survey: Survey;
  readonly #graph: CallGraph;
  readonly #values: Values;
  readonly #foreign: ForeignCost | undefined;
  readonly #done = new Map<Unit, Cost>();
  readonly #work = new Map<Unit, Growth>();
  readonly #loops = new Map<SyntaxNode, Growth>();
  readonly #callOf = new Map<SyntaxNode, Call>();
  /** Of the loop that is looked at: what its last round takes on the way out. */
  #onLeaving: Cost | undefined;
  #depth = 0;

  constructor(survey: Survey, graph: CallGraph, values: Values, foreign?: ForeignCost) {
    this.#survey = survey;
    this.#foreign = foreign;
    this.#graph = graph;
    this.#values = values;
    for (const unit of survey.units)
      for (const call of unit.calls) this.#callOf.set(call.node, call);
    // Long call chains must not become deep recursion here.
    for (const unit of graph.calleesFirst) this.ofUnit(unit);
  }

  ofUnit(unit: Unit): Cost {
    const known = this.#done.get(unit);
    if (known !== undefined) return known;
    if (this.#depth > DEEPEST || this.#values.deadline.passed()) return FREE;
    const members = [...(this.#graph.cycles.get(unit) ?? [unit])];
    // Calls round the circle count once here; the recurrence multiplies below.
    for (const each of members) this.#done.set(each, FREE);
    const around = this.#onLeaving;
    this.#onLeaving = undefined;
    const bodies = members.map((each) =>
      isReader(each, this.#survey.spec) ? FREE : this.#below(each.node, each),
    );
    this.#onLeaving = around;
    const costs = this.#withRecursion(members, bodies);
    members.forEach((each, at) => this.#done.set(each, costs[at]!));
    return this.#done.get(unit)!;
  }

  /** All rounds of a loop, each time that it is come to; undefined where it was not looked at. */
  ofLoop(loop: SyntaxNode): Growth | undefined {
    return this.#loops.get(loop);
  }

  /** One activation of a recursive unit, without the calls to itself. */
  workOf(unit: Unit): Growth {
    return this.#work.get(unit) ?? CONSTANT;
  }

  /** Whoever calls one of a circle pays for all of it. */
  #withRecursion(members: readonly Unit[], bodies: readonly Cost[]): readonly Cost[] {
    if (!this.#graph.cycles.has(members[0]!)) return bodies;
    const recursion = recursionOfAll(members, this.#graph, this.#survey);
    const body = bodies.reduce(worse);
    const widest = members.reduce((a, b) => (b.parameters.length > a.parameters.length ? b : a));
    const growth = solveRecurrence(body.growth, recursion, widest);
    const loose = solveRecurrence(body.loose, recursion, widest);
    return members.map((unit, at) => {
      this.#work.set(unit, bodies[at]!.growth);
      const { kind } = recursionOf(unit, this.#graph, this.#survey);
      const once = recursion.ofParts
        ? ', each part once'
        : recursion.memoised
          ? ', each place once'
          : '';
      const step = `line ${unit.node.line}: ${unit.name} calls itself, ${kind}${once} (${describeGrowth(growth)})`;
      return { growth, loose, steps: after(step, body), loopDepth: body.loopDepth };
    });
  }

  #below(node: SyntaxNode, unit: Unit): Cost {
    return this.#worst(node.children, unit);
  }

  #worst(nodes: readonly SyntaxNode[], unit: Unit): Cost {
    let most = FREE;
    this.#depth += 1;
    for (const node of nodes) {
      if (this.#values.deadline.passed()) break;
      most = worse(most, this.#of(node, unit));
    }
    this.#depth -= 1;
    return most;
  }

  #of(node: SyntaxNode, unit: Unit): Cost {
    if (node.role === 'function' || node.role === 'import') return FREE;
    if (node.role === 'closure' && this.#isStored(node)) return FREE;
    if (node.role === 'comprehension' || node.role === 'generator')
      return this.#comprehension(node, unit);
    if (isLoop(node)) return this.#loop(node, unit);
    if (node.role === 'closure') return this.#closure(node, unit);
    const { true: closures = [], false: others = [] } = Object.groupBy(node.children, isClosure);
    const perItem = this.#worst(closures, unit);
    const below = worse(this.#worst(others, unit), perItem);
    if (this.#onLeaving !== undefined && leavesAtEnd(node)) {
      this.#onLeaving = worse(this.#onLeaving, below);
      return FREE;
    }
    const call = this.#callOf.get(node);
    if (call !== undefined) return worse(below, this.#call(call, unit, perItem));
    return worse(below, this.#operation(node, unit));
  }

  #loop(node: SyntaxNode, unit: Unit): Cost {
    const isOnce = (child: SyntaxNode) => child.slot === 'iterable' || child.slot === 'initializer';
    const around = this.#onLeaving;
    this.#onLeaving = FREE;
    const inner = this.#worst(
      node.children.filter((child) => !isOnce(child)),
      unit,
    );
    const leaving = this.#onLeaving;
    this.#onLeaving = around;
    const start = this.#worst(node.children.filter(isOnce), unit);
    return this.#repeat(node, unit, inner, worse(leaving, start));
  }

  /** What leaves a closure goes on with the loop around it. */
  #closure(node: SyntaxNode, unit: Unit): Cost {
    const around = this.#onLeaving;
    this.#onLeaving = undefined;
    const cost = this.#below(node, unit);
    this.#onLeaving = around;
    return cost;
  }

  #repeat(node: SyntaxNode, unit: Unit, inner: Cost, once: Cost): Cost {
    const cost = this.#rounds(node, unit, inner, once);
    const known = this.#loops.get(node) ?? CONSTANT;
    if (!this.#values.deadline.passed()) this.#loops.set(node, larger(known, cost.growth));
    return cost;
  }

  #rounds(node: SyntaxNode, unit: Unit, inner: Cost, once: Cost): Cost {
    const iterations = iterationsOf(node, unit, this.#values);
    const depth = inner.loopDepth + 1;
    if (isCaseLoop(node)) {
      const step = `line ${node.line}: loop over cases that read their own input`;
      return worse(
        {
          ...inner,
          loose: times(LINEAR, inner.loose),
          steps: after(step, inner),
          loopDepth: depth,
        },
        once,
      );
    }
    const growth = times(iterations.growth, inner.growth);
    const step = `line ${node.line}: loop ${iterations.why} (${describeGrowth(iterations.growth)})`;
    return worse(
      {
        growth,
        loose: times(looseGrowth(iterations), inner.loose),
        steps: after(step, inner),
        loopDepth: depth,
      },
      once,
    );
  }

  #comprehension(node: SyntaxNode, unit: Unit): Cost {
    const isClause = (child: SyntaxNode) => child.role === 'comprehensionFor';
    let inner = this.#worst(
      node.children.filter((child) => !isClause(child)),
      unit,
    );
    for (const clause of node.children.filter(isClause).reverse())
      inner = this.#repeat(clause, unit, inner, this.#below(clause, unit));
    return inner;
  }

  #call(call: Call, unit: Unit, perItem: Cost): Cost {
    const target = this.#graph.targetOf.get(call);
    if (target !== undefined) return this.#ownCall(call, target);
    const elsewhere = this.#foreign?.(call);
    if (elsewhere !== undefined) return elsewhere;
    const cost = libraryGrowth(call, unit, this.#survey, this.#values);
    const blocks = this.#survey.spec.blocksLoop ? call.node.children.filter(isIterated) : [];
    const growth = times(cost, perItem.growth);
    for (const block of blocks) this.#loops.set(block, growth);
    if (cost === CONSTANT)
      return blocks.length === 0 ? FREE : { ...FREE, loopDepth: perItem.loopDepth + 1 };
    const step = `line ${call.node.line}: ${call.name} (${describeGrowth(cost)})`;
    return {
      growth,
      loose: times(cost, perItem.loose),
      steps: after(step, perItem),
      loopDepth: perItem.loopDepth + 1,
    };
  }

  #ownCall(call: Call, target: Unit): Cost {
    const cost = this.ofUnit(target);
    if (cost.growth === CONSTANT) return { ...cost, steps: [] };
    return { ...cost, steps: after(`line ${call.node.line}: calls ${target.name}`, cost) };
  }

  /** `x in list`, `a[i:j]` and `text += part` hide a loop each. */
  #operation(node: SyntaxNode, unit: Unit): Cost {
    const growth = operationGrowth(node, unit, this.#values, this.#survey);
    if (growth === CONSTANT) return FREE;
    return {
      growth,
      loose: growth,
      steps: [`line ${node.line}: ${node.text.slice(0, 40)} (${describeGrowth(growth)})`],
      loopDepth: 1,
    };
  }

  /** A closure that is kept under a name runs where it is called, not where it is written. */
  #isStored(node: SyntaxNode): boolean {
    return (
      node.slot !== 'arguments' && this.#survey.unitOf.has(node) && node.parent?.role !== 'call'
    );
  }
}

function after(step: string, { steps }: Cost): readonly string[] {
  return [step, ...steps.slice(0, MOST_STEPS - 1)];
}

function looseGrowth({ growth, count }: Iterations): Growth {
  if (count === undefined || growth !== CONSTANT) return growth;
  if (count >= LARGE_COUNT) return LINEAR;
  return looksLikeHalvings(count) ? LOG : CONSTANT;
}

function worse(a: Cost, b: Cost): Cost {
  const [most, other] = isLarger(b.growth, a.growth) ? [b, a] : [a, b];
  const loose = isLarger(other.loose, most.loose) ? other.loose : most.loose;
  if (loose === most.loose && most.loopDepth >= other.loopDepth) return most;
  return { ...most, loose, loopDepth: Math.max(most.loopDepth, other.loopDepth) };
}

function isClosure({ role }: SyntaxNode): 'true' | 'false' {
  return role === 'closure' ? 'true' : 'false';
}
