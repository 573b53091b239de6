import type { Deadline } from '#analyze/deadline.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { loopsAround } from '#analyze/features/loops-around.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import type { Assignment, Survey, Unit } from '#analyze/features/survey.ts';
import {
  amountAt,
  combine,
  constant,
  fold,
  isVariable,
  macroValue,
  numberOf,
  type Value,
} from './arithmetic.ts';
import { Added, plus } from './added.ts';
import { callValue } from './call-values.ts';
import type { Change } from './changes.ts';
import { CONSTANT, LINEAR, larger, type Growth } from './growth.ts';
import { elementsOf, isContainer, isEmpty, isLength, lengthOf, madeOf } from './literals.ts';

/** How often a loop runs, and why. */
export type Iterations = { readonly growth: Growth; readonly count?: number; readonly why: string };

/** Asked back, as loops are bounded by values. */
export type IterationsOf = (loop: SyntaxNode, unit: Unit, values: Values) => Iterations;

type ValuesInput = {
  readonly survey: Survey;
  readonly graph: CallGraph;
  readonly deadline: Deadline;
  readonly iterationsOf: IterationsOf;
};

const INPUT: Value = { growth: LINEAR };
const MAX_STEPS = 60;

/** Evaluates expressions without order: a name is worth the largest of what is assigned to it. */
export class Values {
  /** How often each loop runs: asked for by several features, worked out once. */
  readonly iterations = new Map<SyntaxNode, Iterations>();
  readonly wordsOf: LanguageSpec['wordsOf'];
  /** How often a name was asked for on the way to its own value: what follows from it is not final. */
  unfinished = 0;
  readonly changes = new Map<SyntaxNode, readonly Change[]>();
  /** Where a loop gives names values that do not go on from their own. */
  readonly resets = new Map<SyntaxNode, ReadonlyMap<string, readonly SyntaxNode[]>>();
  /** When its time is up nothing is evaluated any more: what is not known by then counts as input. */
  readonly deadline: Deadline;
  readonly #survey: Survey;
  readonly #graph: CallGraph;
  readonly #inputSize: number | undefined;
  readonly #added: Added;
  readonly #cache = new Map<string, Value>();
  readonly #busy = new Set<string>();
  readonly #callers: ReadonlyMap<Unit, readonly SyntaxNode[]>;
  readonly #unitOfCall: ReadonlyMap<SyntaxNode, Unit>;

  /** With an input size, everything has a value: what it is about for input of that size. */
  constructor({ survey, graph, deadline, iterationsOf }: ValuesInput, inputSize?: number) {
    this.deadline = deadline;
    this.#added = new Added({
      survey,
      graph,
      valueOf: (node, unit) => this.of(node, unit),
      roundsOf: (loop, unit) => {
        const { count, growth } = iterationsOf(loop, unit, this);
        return count === undefined ? { growth } : constant(count);
      },
      scopeOf,
    });
    this.#survey = survey;
    this.#graph = graph;
    this.wordsOf = survey.spec.wordsOf;
    this.#inputSize = inputSize;
    const callers = new Map<Unit, SyntaxNode[]>();
    const unitOfCall = new Map<SyntaxNode, Unit>();
    for (const [call, target] of graph.targetOf) {
      const known = callers.get(target);
      if (known === undefined) callers.set(target, [call.node]);
      else known.push(call.node);
      unitOfCall.set(call.node, call.unit);
    }
    this.#callers = callers;
    this.#unitOfCall = unitOfCall;
  }

  of(node: SyntaxNode | undefined, unit: Unit, steps = 0): Value {
    const value = this.#evaluate(node, unit, steps);
    if (this.#inputSize === undefined || value.constant !== undefined) return value;
    return constant(amountAt(value.growth, this.#inputSize));
  }

  #evaluate(node: SyntaxNode | undefined, unit: Unit, steps: number): Value {
    if (node === undefined || steps > MAX_STEPS || this.deadline.passed()) return INPUT;
    switch (node.role) {
      case 'number': {
        const value = numberOf(node.text);
        return Number.isFinite(value) ? constant(value) : INPUT;
      }
      case 'macro': {
        const value = macroValue(node.text);
        return value === undefined ? INPUT : constant(value);
      }
      case 'string':
        return isVariable(node) ? this.#name(node.text, unit, steps) : lengthOf(node);
      case 'boolean':
      case 'null':
        return constant(0);
      case 'unary':
        return this.#unary(node, unit, steps);
      case 'binary':
        return this.#binary(node, unit, steps);
      case 'name':
        return this.#inLoop(node, unit) ?? this.#name(node.text, unit, steps);
      case 'member':
        if (isLength(node)) return this.of(node.child('object'), unit, steps + 1);
        if (/\bstring\.(ascii_\w+|digits|punctuation)$/.test(node.text)) return constant(26);
        return this.#name(node.text, unit, steps);
      case 'index':
        // A part is at most as long as the whole.
        if (node.children.some(({ role }) => role === 'slice'))
          return {
            growth: this.of(node.child('object') ?? node.children[0], unit, steps + 1).growth,
          };
        return this.#name(node.text, unit, steps);
      case 'call':
      case 'new':
        return callValue(node, this.#survey.imports, (each) => this.of(each, unit, steps + 1));
      case 'list':
      case 'tuple':
      case 'dict':
      case 'set':
        return this.#literal(node, unit, steps);
      case 'range':
        return this.#range(node, unit, steps);
      case 'compare':
      case 'not':
        return { growth: CONSTANT };
      default:
        return this.#largestBelow(node, unit, steps);
    }
  }

  /** The constants that a name is given, when it is given nothing else but steps. */
  bounds(node: SyntaxNode, unit: Unit): readonly number[] | undefined {
    const value = this.of(node, unit);
    if (value.constant !== undefined) return [value.constant];
    const scope = node.role === 'name' ? scopeOf(node.text, unit) : undefined;
    if (scope === undefined || scope.parameters.includes(node.text)) return undefined;
    const set = (scope.assignments.get(node.text) ?? []).filter(
      (each) => each.node.role === 'assign',
    );
    const constants = set
      .map((each) => this.of(each.value, scope).constant)
      .filter((each) => each !== undefined);
    return constants.length === 0 || constants.length < set.length ? undefined : constants;
  }

  #unary(node: SyntaxNode, unit: Unit, steps: number): Value {
    const value = this.of(node.children[0], unit, steps + 1);
    return value.constant === undefined || node.operator !== '-'
      ? value
      : constant(-value.constant);
  }

  #binary(node: SyntaxNode, unit: Unit, steps: number): Value {
    const left = this.of(node.child('left') ?? node.children[0], unit, steps + 1);
    const right = this.of(node.child('right') ?? node.children[1], unit, steps + 1);
    const folded = fold(node.operator, left.constant, right.constant);
    if (folded !== undefined && Number.isFinite(folded)) return constant(folded);
    return { growth: combine(node.operator, left, right) };
  }

  /** `[...rows, last]` is as long as the rows. */
  #literal(node: SyntaxNode, unit: Unit, steps: number): Value {
    const spread = node.children.filter(({ role }) => role === 'spread');
    if (spread.length === 0) return constant(elementsOf(node));
    const sizes = spread.map(({ children: [inner] }) => this.of(inner, unit, steps + 1));
    const own = elementsOf(node) - spread.length;
    return sizes.every(({ constant: size }) => size !== undefined)
      ? constant(sizes.reduce((sum, { constant: size }) => sum + size!, own))
      : largestOf(sizes);
  }

  /** `0..n` as many as it spans; Ruby's `..` and Rust's `..=` have their end in it. */
  #range(node: SyntaxNode, unit: Unit, steps: number): Value {
    const [from, to] = node.children.map((side) => this.of(side, unit, steps + 1));
    if (from?.constant === undefined || to?.constant === undefined)
      return this.#largestBelow(node, unit, steps);
    const isClosed =
      node.operator === '..=' || (node.operator === '..' && this.#survey.spec.language === 'ruby');
    return constant(Math.max(0, to.constant - from.constant + (isClosed ? 1 : 0)));
  }

  #name(name: string, unit: Unit, steps: number): Value {
    const scope = scopeOf(name, unit);
    if (scope === undefined) return INPUT;
    const key = `${scope.id}:${name}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    // A name that depends on itself (`i = i + 1`) adds nothing to its other values.
    if (this.#busy.has(key)) {
      this.unfinished += 1;
      return { growth: CONSTANT };
    }
    this.#busy.add(key);
    const value = this.#assigned(name, scope, steps);
    this.#busy.delete(key);
    this.#cache.set(key, value);
    return value;
  }

  #assigned(name: string, scope: Unit, steps: number): Value {
    const assignments = scope.assignments.get(name) ?? [];
    // `rows = None` gives way to something that is set elsewhere.
    const isLater = ({ value }: Assignment) => value?.role === 'null';
    if (assignments.length > 0 && assignments.every(isLater)) return INPUT;
    const made = assignments.filter(({ value }) => value !== undefined && isContainer(value));
    // `state.rows = []` at the end of a function says nothing of what was in it before.
    if (made.length > 0 && name.includes('.') && !isMadeHere(name, scope)) return INPUT;
    const isCounted = ({ node }: Assignment) => made.length === 0 || node.role !== 'augment';
    const values = assignments.filter(isCounted).map((assignment) => {
      const { value, node } = assignment;
      const inner = this.#element(assignment, scope) ?? this.of(value, scope, steps + 1);
      const stable = node.role === 'assign' && value !== undefined;
      return stable ? inner : { growth: inner.growth };
    });
    const at = scope.parameters.indexOf(name);
    if (at !== -1) values.push(this.#parameter(scope, at, steps));
    const whole = values.length === 1 ? values[0]! : largestOf(values);
    return made.length === 0 ? whole : plus(whole, this.#added.to(name, scope, madeOf(made)));
  }

  /** Inside the loop that gives it to a name, the name has an element of that loop's list. */
  #inLoop(node: SyntaxNode, unit: Unit): Value | undefined {
    for (const loop of loopsAround(node, unit)) {
      const target = loop.child('variable') ?? loop.child('left');
      if (target?.text !== node.text) continue;
      return this.#element({ node: loop, target, value: undefined }, unit);
    }
    return undefined;
  }

  /** A loop's variable is worth the largest of what its list is filled with, where that shows. */
  #element({ node, target }: Assignment, unit: Unit): Value | undefined {
    const list = node.child('iterable');
    if (list?.role !== 'name' || target.role !== 'name') return undefined;
    const scope = scopeOf(list.text, unit);
    const made = scope?.assignments.get(list.text)?.filter(isMade) ?? [];
    if (scope === undefined || made.some(({ value }) => value?.role !== 'list')) return undefined;
    const added = this.#added.elements(list.text, scope);
    if (added === undefined) return undefined;
    const own = made.flatMap(({ value }) =>
      value!.children.map((each) => ({ node: each, unit: scope })),
    );
    const all = [...own, ...added];
    return all.length === 0
      ? undefined
      : largestOf(all.map((each) => this.of(each.node, each.unit)));
  }

  /** A parameter is worth the largest argument that the file's own calls give it. */
  #parameter(unit: Unit, at: number, steps: number): Value {
    // Whoever hands over nothing is not the only one to call.
    const calls = (this.#callers.get(unit) ?? []).filter((call) => !isEmpty(argumentsOf(call)[at]));
    if (calls.every((call) => this.#isOwn(call, unit))) return INPUT;
    const values = calls.map((call) =>
      this.of(argumentsOf(call)[at], this.#unitOfCall.get(call)!, steps + 1),
    );
    return values.length === 1 ? values[0]! : largestOf(values);
  }

  /** A call from the unit's own circle: what comes in from outside is not known by it. */
  #isOwn(call: SyntaxNode, unit: Unit): boolean {
    const { cycles } = this.#graph;
    const circle = cycles.get(unit);
    return circle !== undefined && cycles.get(this.#unitOfCall.get(call)!) === circle;
  }

  #largestBelow(node: SyntaxNode, unit: Unit, steps: number): Value {
    if (node.children.length === 0) return INPUT;
    return {
      growth: node.children.reduce(
        (most, child) => larger(most, this.of(child, unit, steps + 1).growth),
        CONSTANT,
      ),
    };
  }
}

/** The object of a member was made in the function itself, or is what a constructor makes. */
function isMadeHere(member: string, scope: Unit): boolean {
  const object = member.slice(0, member.indexOf('.'));
  if (/^(this|self)$/.test(object)) return /^(constructor|__init__)$/.test(scope.name);
  return (scope.assignments.get(object) ?? []).some(({ value }) => MAKES.test(value?.role ?? ''));
}

const MAKES = /^(dict|list|new)$/;

function isMade({ node }: Assignment): boolean {
  return node.role !== 'augment';
}

function largestOf(values: readonly Value[]): Value {
  return { growth: values.reduce((most, value) => larger(most, value.growth), CONSTANT) };
}

/** The nearest scope that gives the name a value. */
export function scopeOf(name: string, from: Unit): Unit | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent)
    if (unit.assignments.has(name) || unit.parameters.includes(name)) return unit;
  return undefined;
}
