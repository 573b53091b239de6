import { isAtom } from '#analyze/syntax/atom.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { isClause, isLoop, isNoClause, isOnce, isRepeated } from '#analyze/features/loop-parts.ts';
import { isIterated } from '#analyze/features/repeated.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import { isReader } from './case-loops.ts';
import { circleCosts } from './circle-cost.ts';
import { after, FREE, hiddenLoop, worse, type Cost } from './cost.ts';
import { CONSTANT, larger, times, type Growth } from './growth.ts';
import { iterationsOf } from './iterations.ts';
import { leavesAtEnd } from './leaving.ts';
import { LibraryCosts } from './library-cost.ts';
import { operationGrowth } from './operations.ts';
import { repeatedCost } from './repeated-cost.ts';
import type { Values } from './values.ts';

/** What a call costs that leads into another file; undefined where it is not known to. */
export type ForeignCost = (call: Call) => Cost | undefined;

const NO_BLOCKS: readonly SyntaxNode[] = [];
/** Circles of calls can be longer than the stack: below so many nodes, calls are not followed further. */
const DEEPEST = 300;

/** Time bounds by structure: loops multiply, sequences take the largest, calls cost what they do. */
export class Costs {
  readonly #survey: Survey;
  readonly #graph: CallGraph;
  readonly #values: Values;
  readonly #library: LibraryCosts;
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
    this.#library = new LibraryCosts(survey, values);
    for (const unit of survey.units)
      for (const call of unit.calls) this.#callOf.set(call.node, call);
    // Long call chains must not become deep recursion here.
    for (const unit of graph.calleesFirst) this.ofUnit(unit);
  }

  ofUnit(unit: Unit): Cost {
    const known = this.#done.get(unit);
    if (known !== undefined) return known;
    if (this.#depth > DEEPEST || this.#values.deadline.passed()) return FREE;
    const cycle = this.#graph.cycles.get(unit);
    if (cycle === undefined) return this.#ofAlone(unit);
    const members = [...cycle];
    // Calls round the circle count once here; the recurrence multiplies below.
    for (const each of members) this.#done.set(each, FREE);
    const around = this.#onLeaving;
    this.#onLeaving = undefined;
    const bodies = members.map((each) => this.#body(each));
    this.#onLeaving = around;
    const costs = this.#circle(members, bodies);
    members.forEach((each, at) => this.#done.set(each, costs[at]!));
    return this.#done.get(unit)!;
  }

  #ofAlone(unit: Unit): Cost {
    this.#done.set(unit, FREE);
    const around = this.#onLeaving;
    this.#onLeaving = undefined;
    const cost = this.#body(unit);
    this.#onLeaving = around;
    this.#done.set(unit, cost);
    return cost;
  }

  #body(unit: Unit): Cost {
    return isReader(unit, this.#survey.spec) ? FREE : this.#below(unit.node, unit);
  }

  /** All rounds of a loop, each time that it is come to; undefined where it was not looked at. */
  ofLoop(loop: SyntaxNode): Growth | undefined {
    return this.#loops.get(loop);
  }

  /** One activation of a recursive unit, without the calls to itself. */
  workOf(unit: Unit): Growth {
    return this.#work.get(unit) ?? CONSTANT;
  }

  #circle(members: readonly Unit[], bodies: readonly Cost[]): readonly Cost[] {
    members.forEach((each, at) => this.#work.set(each, bodies[at]!.growth));
    return circleCosts(members, bodies, { survey: this.#survey, graph: this.#graph });
  }

  #below(node: SyntaxNode, unit: Unit): Cost {
    return this.#worst(node, unit, isAny);
  }

  /** Of the children that are wanted. */
  #worst({ children }: SyntaxNode, unit: Unit, isWanted: (child: SyntaxNode) => boolean): Cost {
    let most = FREE;
    this.#depth += 1;
    for (const child of children) {
      if (!isWanted(child)) continue;
      if (this.#values.deadline.passed()) break;
      most = worse(most, this.#of(child, unit));
    }
    this.#depth -= 1;
    return most;
  }

  #of(node: SyntaxNode, unit: Unit): Cost {
    if (isAtom(node)) return FREE;
    const { role, children } = node;
    if (role === 'function' || role === 'import') return FREE;
    if (role === 'closure') return this.#isStored(node) ? FREE : this.#closure(node, unit);
    if (role === 'comprehension' || role === 'generator') return this.#comprehension(node, unit);
    if (isLoop(node)) return this.#loop(node, unit);
    const perItem = children.some(isClosure) ? this.#worst(node, unit, isClosure) : FREE;
    const below = worse(this.#worst(node, unit, isNoClosure), perItem);
    if (this.#onLeaving !== undefined && leavesAtEnd(node)) {
      this.#onLeaving = worse(this.#onLeaving, below);
      return FREE;
    }
    const call = this.#callOf.get(node);
    return worse(
      below,
      call === undefined ? this.#operation(node, unit) : this.#call(call, unit, perItem),
    );
  }

  #loop(node: SyntaxNode, unit: Unit): Cost {
    const around = this.#onLeaving;
    this.#onLeaving = FREE;
    const inner = this.#worst(node, unit, isRepeated);
    const leaving = this.#onLeaving;
    this.#onLeaving = around;
    const start = this.#worst(node, unit, isOnce);
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

  #repeat(node: SyntaxNode, unit: Unit, round: Cost, once: Cost): Cost {
    const iterations = iterationsOf(node, unit, this.#values);
    const cost = worse(repeatedCost(node, iterations, round), once);
    const known = this.#loops.get(node) ?? CONSTANT;
    if (!this.#values.deadline.passed()) this.#loops.set(node, larger(known, cost.growth));
    return cost;
  }

  #comprehension(node: SyntaxNode, unit: Unit): Cost {
    let inner = this.#worst(node, unit, isNoClause);
    for (const clause of node.children.filter(isClause).reverse())
      inner = this.#repeat(clause, unit, inner, this.#below(clause, unit));
    return inner;
  }

  #call(call: Call, unit: Unit, perItem: Cost): Cost {
    const target = this.#graph.targetOf.get(call);
    if (target !== undefined) return this.#ownCall(call, target);
    const elsewhere = this.#foreign?.(call);
    if (elsewhere !== undefined) return elsewhere;
    const cost = this.#library.of(call, unit);
    const blocks = this.#survey.spec.blocksLoop ? call.node.children.filter(isIterated) : NO_BLOCKS;
    for (const block of blocks) this.#loops.set(block, times(cost, perItem.growth));
    if (cost === CONSTANT)
      return blocks.length === 0 ? FREE : { ...FREE, loopDepth: perItem.loopDepth + 1 };
    return hiddenLoop(call.node, call.name, cost, perItem);
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
    return hiddenLoop(node, node.text.slice(0, 40), growth, FREE);
  }

  /** A closure that is kept under a name runs where it is called, not where it is written. */
  #isStored(node: SyntaxNode): boolean {
    return (
      node.slot !== 'arguments' && this.#survey.unitOf.has(node) && node.parent?.role !== 'call'
    );
  }
}

function isAny(): boolean {
  return true;
}

function isClosure({ role }: SyntaxNode): boolean {
  return role === 'closure';
}

function isNoClosure({ role }: SyntaxNode): boolean {
  return role !== 'closure';
}
