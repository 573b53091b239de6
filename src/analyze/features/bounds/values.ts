import type { Deadline } from '#analyze/deadline.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { LanguageSpec } from '#analyze/languages/language-spec.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import type { Size } from '#analyze/features/sizes/allocator.ts';
import { isClause } from '#analyze/features/loop-parts.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import {
  amountAt,
  combine,
  constant,
  largestOf,
  fold,
  isVariable,
  macroValue,
  numberOf,
  product,
  type Value,
} from './arithmetic.ts';
import { Added } from './added.ts';
import { callValue } from './call-values.ts';
import type { Change } from './changes.ts';
import { CONSTANT, LINEAR, larger, type Growth } from './growth.ts';
import { GivenBack } from './given-back.ts';
import { elementsOf, isLength, lengthOf } from './literals.ts';
import { NamedValues } from './named-values.ts';
import { scopeOf } from './scope.ts';

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
  readonly changes = new Map<SyntaxNode, readonly Change[]>();
  /** Where a loop gives names values that do not go on from their own. */
  readonly resets = new Map<SyntaxNode, ReadonlyMap<string, readonly SyntaxNode[]>>();
  /** Of what names are given, for those who measure by these values. */
  readonly sizes = new Map<SyntaxNode, Size | undefined>();
  /** When its time is up nothing is evaluated any more: what is not known by then counts as input. */
  readonly deadline: Deadline;
  readonly #survey: Survey;
  readonly #inputSize: number | undefined;
  readonly #names: NamedValues;
  readonly #given: GivenBack;

  /** With an input size, everything has a value: what it is about for input of that size. */
  constructor({ survey, graph, deadline, iterationsOf }: ValuesInput, inputSize?: number) {
    this.deadline = deadline;
    const added = new Added({
      survey,
      graph,
      valueOf: (node, unit) => this.of(node, unit),
      roundsOf: (loop, unit) => {
        const { count, growth } = iterationsOf(loop, unit, this);
        return count === undefined ? { growth } : constant(count);
      },
      scopeOf,
    });
    this.#names = new NamedValues(graph, added, (node, unit, steps) => this.of(node, unit, steps));
    this.#given = new GivenBack(graph, (node, unit, steps) => this.of(node, unit, steps));
    this.#survey = survey;
    this.wordsOf = survey.spec.wordsOf;
    this.#inputSize = inputSize;
  }

  /** How often a name was asked for on the way to its own value: what follows from it is not final. */
  get unfinished(): number {
    return this.#names.unfinished + this.#given.unfinished;
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
        return isVariable(node) ? this.#names.of(node.text, unit, steps) : lengthOf(node);
      case 'boolean':
      case 'null':
        return constant(0);
      case 'unary':
        return this.#unary(node, unit, steps);
      case 'binary':
        return this.#binary(node, unit, steps);
      case 'name':
        return this.#names.inLoop(node, unit) ?? this.#names.of(node.text, unit, steps);
      case 'member':
        if (isLength(node)) return this.of(node.child('object'), unit, steps + 1);
        if (/\bstring\.(ascii_\w+|digits|punctuation)$/.test(node.text)) return constant(26);
        return this.#names.of(node.text, unit, steps);
      case 'index':
        // A part is at most as long as the whole.
        if (node.children.some(({ role }) => role === 'slice'))
          return {
            growth: this.of(node.child('object') ?? node.children[0], unit, steps + 1).growth,
          };
        return this.#names.of(node.text, unit, steps);
      case 'call':
      case 'new':
        return (
          this.#given.by(node, steps) ??
          callValue(node, this.#survey.imports, (each) => this.of(each, unit, steps + 1))
        );
      case 'list':
      case 'tuple':
      case 'dict':
      case 'set':
        return this.#literal(node, unit, steps);
      case 'range':
        return this.#range(node, unit, steps);
      case 'comprehension':
        return this.#comprehension(node, unit, steps);
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

  /** As many as its clauses have rounds, whatever its elements are. */
  #comprehension(node: SyntaxNode, unit: Unit, steps: number): Value {
    const clauses = node.children.filter(isClause);
    if (clauses.length === 0) return this.#largestBelow(node, unit, steps);
    return clauses
      .map((clause) => this.of(clause.child('iterable'), unit, steps + 1))
      .reduce(product);
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
