import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, calleeName, lastPart } from '#analyze/features/callee.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import {
  CONSTANT,
  LINEAR,
  larger,
  logOf,
  rootOf,
  times,
  EXPONENTIAL,
  type Growth,
} from './growth.ts';

/** What is known of an expression: its value where it is constant, else how it grows with input. */
export type Value = { readonly constant?: number; readonly growth: Growth };

/** How often a loop runs, and why. */
export type Iterations = { readonly growth: Growth; readonly count?: number; readonly why: string };

const INPUT: Value = { growth: LINEAR };
const MAX_STEPS = 60;

/** Evaluates expressions without order: a name is worth the largest of what is assigned to it. */
export class Values {
  /** How often each loop runs: asked for by several features, worked out once. */
  readonly iterations = new Map<SyntaxNode, Iterations>();
  readonly #survey: Survey;
  readonly #cache = new Map<string, Value>();
  readonly #busy = new Set<string>();
  readonly #callers: ReadonlyMap<Unit, readonly SyntaxNode[]>;
  readonly #unitOfCall: ReadonlyMap<SyntaxNode, Unit>;

  constructor(survey: Survey, graph: CallGraph) {
    this.#survey = survey;
    const callers = new Map<Unit, SyntaxNode[]>();
    const unitOfCall = new Map<SyntaxNode, Unit>();
    for (const [call, target] of graph.targetOf) {
      callers.set(target, [...(callers.get(target) ?? []), call.node]);
      unitOfCall.set(call.node, call.unit);
    }
    this.#callers = callers;
    this.#unitOfCall = unitOfCall;
  }

  of(node: SyntaxNode | undefined, unit: Unit, steps = 0): Value {
    if (node === undefined || steps > MAX_STEPS) return INPUT;
    switch (node.role) {
      case 'number':
        return constant(numberOf(node.text));
      case 'string':
      case 'boolean':
      case 'null':
        return constant(0);
      case 'unary':
        return this.#unary(node, unit, steps);
      case 'binary':
        return this.#binary(node, unit, steps);
      case 'name':
        return this.#name(node.text, unit, steps);
      case 'member':
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
        return this.#call(node, unit, steps);
      case 'list':
      case 'tuple':
      case 'dict':
      case 'set':
        return { constant: node.children.length, growth: CONSTANT };
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

  #name(name: string, unit: Unit, steps: number): Value {
    const scope = scopeOf(name, unit);
    if (scope === undefined) return INPUT;
    const key = `${scope.id}:${name}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    // A name that depends on itself (`i = i + 1`) adds nothing to its other values.
    if (this.#busy.has(key)) return { growth: CONSTANT };
    this.#busy.add(key);
    const value = this.#assigned(name, scope, steps);
    this.#busy.delete(key);
    this.#cache.set(key, value);
    return value;
  }

  #assigned(name: string, scope: Unit, steps: number): Value {
    const assignments = scope.assignments.get(name) ?? [];
    const values = assignments.map(({ value, node }) => {
      const inner = this.of(value, scope, steps + 1);
      const stable = node.role === 'assign' && value !== undefined;
      return stable ? inner : { growth: inner.growth };
    });
    const at = scope.parameters.indexOf(name);
    if (at !== -1) values.push(this.#parameter(scope, at, steps));
    if (values.length === 1) return values[0]!;
    return { growth: values.reduce((most, value) => larger(most, value.growth), CONSTANT) };
  }

  /** A parameter is worth the largest argument that the file's own calls give it. */
  #parameter(unit: Unit, at: number, steps: number): Value {
    const calls = this.#callers.get(unit) ?? [];
    if (calls.length === 0) return INPUT;
    const values = calls.map((call) =>
      this.of(argumentsOf(call)[at], this.#unitOfCall.get(call)!, steps + 1),
    );
    if (values.length === 1) return values[0]!;
    return { growth: values.reduce((most, value) => larger(most, value.growth), CONSTANT) };
  }

  #call(node: SyntaxNode, unit: Unit, steps: number): Value {
    const name = calleeName(node, this.#survey.imports);
    const given = argumentsOf(node);
    const first = () => this.of(given[0], unit, steps + 1);
    const last = lastPart(name);
    if (/^(sqrt|isqrt|cbrt)$/.test(last)) return { growth: rootOf(first().growth) };
    if (/^(log|log2|log10|bit_length|bitCount|numberOfTrailingZeros)$/.test(last))
      return { growth: logOf(larger(first().growth, LINEAR)) };
    if (/^(str|bin|hex|toString|valueOf|toBinaryString)$/.test(last) && given.length > 0)
      return { growth: given[0]!.role === 'call' ? LINEAR : logOf(larger(first().growth, LINEAR)) };
    if (/^(combinations|permutations|product|combinations_with_replacement)$/.test(last))
      return this.#selections(last, given, unit, steps);
    if (last === 'range' && given.length > 1 && isFixedSpan(given[0]!.text, given[1]!.text))
      return constant(Number(/\d+\s*$/.exec(given[1]!.text)?.[0] ?? 1));
    if (/^(min)$/i.test(last) && given.length > 1) return this.#least(given, unit, steps);
    if (
      /^(range|len|int|abs|ceil|floor|round|float|list|sorted|Math\.\w+|max|size|length|reversed|enumerate|parseInt|Number|BigInt|long|double)$/.test(
        last,
      ) &&
      given.length > 0
    )
      return given
        .map((each) => this.of(each, unit, steps + 1))
        .reduce((most, value) =>
          value.constant !== undefined && most.constant !== undefined
            ? constant(Math.max(value.constant, most.constant))
            : { growth: larger(most.growth, value.growth) },
        );
    return INPUT;
  }

  /** `combinations(a, 2)` are n², `combinations(a, k)` grow beyond every power. */
  #selections(name: string, given: readonly SyntaxNode[], unit: Unit, steps: number): Value {
    const size = given[1] === undefined ? undefined : this.of(given[1], unit, steps + 1).constant;
    const pool = this.of(given[0], unit, steps + 1);
    if (pool.constant !== undefined) return { growth: CONSTANT };
    return size === undefined || name === 'product'
      ? { growth: EXPONENTIAL }
      : { growth: { ...LINEAR, poly: size } };
  }

  #least(given: readonly SyntaxNode[], unit: Unit, steps: number): Value {
    return given
      .map((each) => this.of(each, unit, steps + 1))
      .reduce((least, value) => ({
        growth: larger(least.growth, value.growth) === value.growth ? least.growth : value.growth,
      }));
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

/** `range(s, s + 180)` spans 180, whatever s is. */
function isFixedSpan(from: string, to: string): boolean {
  return to.startsWith(from) && /^\s*\+\s*\d+\s*$/.test(to.slice(from.length));
}

/** The nearest scope that gives the name a value. */
function scopeOf(name: string, from: Unit): Unit | undefined {
  for (let unit: Unit | undefined = from; unit !== undefined; unit = unit.parent)
    if (unit.assignments.has(name) || unit.parameters.includes(name)) return unit;
  return undefined;
}

function constant(value: number): Value {
  return { constant: value, growth: CONSTANT };
}

export function numberOf(text: string): number {
  const plain = text.replaceAll(/[_']/g, '').replace(/(?<![xX].*)[nLlfFdDuU]+$/, '');
  const value = Number(/^0\d+$/.test(plain) ? `0o${plain}` : plain);
  return Number.isNaN(value) ? Number.parseFloat(plain) || 0 : value;
}

function fold(
  operator: string,
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '%':
      return left % right;
    case '**':
      return left ** right;
    case '<<':
      return left * 2 ** right;
    case '>>':
      return Math.floor(left / 2 ** right);
    default:
      return undefined;
  }
}

function combine(operator: string, left: Value, right: Value): Growth {
  const [a, b] = [left.growth, right.growth];
  if (operator === '*') return times(a, b);
  if (operator === '**' || operator === '<<')
    return right.constant === undefined && b.poly > 0
      ? EXPONENTIAL
      : operator === '<<'
        ? a
        : { ...a, poly: a.poly * (right.constant ?? 1) };
  if (operator === '%' || operator === '&') return right.constant === undefined ? b : CONSTANT;
  if (operator === '/' || operator === '//' || operator === '>>') return a;
  return larger(a, b);
}
