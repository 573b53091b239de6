import { argumentsOf } from '#analyze/features/callee.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { isNoClause } from '#analyze/features/loop-parts.ts';
import { loopsAround } from '#analyze/features/loops-around.ts';
import type { Assignment, Call, Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { plus, type Added } from './added.ts';
import { largestOf, type Value } from './arithmetic.ts';
import { CONSTANT, LINEAR } from './growth.ts';
import { isContainer, isEmpty, madeOf } from './literals.ts';
import { scopeOf } from './scope.ts';

type Place = { readonly node: SyntaxNode; readonly unit: Unit };
type ValueOf = (node: SyntaxNode | undefined, unit: Unit, steps?: number) => Value;

const INPUT: Value = { growth: LINEAR };

/** What names are worth: the largest of what is assigned to them, whatever the order. */
// create → of(name, unit) …
export class NamedValues {
  /** How often a name was asked for on the way to its own value: what follows from it is not final. */
  unfinished = 0;
  readonly #graph: CallGraph;
  readonly #added: Added;
  readonly #valueOf: ValueOf;
  readonly #cache = new Map<string, Value>();
  readonly #busy = new Set<string>();

  constructor(graph: CallGraph, added: Added, valueOf: ValueOf) {
    this.#graph = graph;
    this.#added = added;
    this.#valueOf = valueOf;
  }

  of(name: string, unit: Unit, steps: number): Value {
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
      const inner = this.#element(assignment, scope) ?? this.#valueOf(value, scope, steps + 1);
      const stable = node.role === 'assign' && value !== undefined;
      return stable ? inner : { growth: inner.growth };
    });
    const at = scope.parameters.indexOf(name);
    if (at !== -1) values.push(this.#parameter(scope, at, steps));
    const whole = values.length === 1 ? values[0]! : largestOf(values);
    return made.length === 0 ? whole : plus(whole, this.#added.to(name, scope, madeOf(made)));
  }

  /** Inside the loop that gives it to a name, the name has an element of that loop's list. */
  inLoop(node: SyntaxNode, unit: Unit): Value | undefined {
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
    if (scope === undefined || made.some(({ value }) => !isListed(value))) return undefined;
    const added = this.#added.elements(list.text, scope);
    if (added === undefined) return undefined;
    const own = made.flatMap(({ value }) =>
      value!.children.filter(isNoClause).map((each) => ({ node: each, unit: scope })),
    );
    const all = [...own, ...added];
    return all.length === 0 ? undefined : this.#largest(all, `${scope.id}:${list.text}[]`);
  }

  /** `rows = [row for row in rows]`: what an element is may be asked for on the way to itself. */
  #largest(all: readonly Place[], key: string): Value | undefined {
    if (this.#busy.has(key)) {
      this.unfinished += 1;
      return undefined;
    }
    this.#busy.add(key);
    const largest = largestOf(all.map((each) => this.#valueOf(each.node, each.unit)));
    this.#busy.delete(key);
    return largest;
  }

  /** A parameter is worth the largest argument that the file's own calls give it. */
  #parameter(unit: Unit, at: number, steps: number): Value {
    // Whoever hands over nothing is not the only one to call.
    const calls = (this.#graph.callsTo.get(unit) ?? []).filter(
      ({ node }) => !isEmpty(argumentsOf(node)[at]),
    );
    if (calls.every((call) => this.#isOwn(call, unit))) return INPUT;
    const values = calls.map((call) =>
      this.#valueOf(argumentsOf(call.node)[at], call.unit, steps + 1),
    );
    return values.length === 1 ? values[0]! : largestOf(values);
  }

  /** A call from the unit's own circle: what comes in from outside is not known by it. */
  #isOwn(call: Call, unit: Unit): boolean {
    const { cycles } = this.#graph;
    const circle = cycles.get(unit);
    return circle !== undefined && cycles.get(call.unit) === circle;
  }
}

/** Its elements are written out, or one stands for all. */
function isListed(value: SyntaxNode | undefined): boolean {
  return value?.role === 'list' || value?.type === 'list_comprehension';
}

function isMade({ node }: Assignment): boolean {
  return node.role !== 'augment';
}

/** The object of a member was made in the function itself, or is what a constructor makes. */
function isMadeHere(member: string, scope: Unit): boolean {
  const object = member.slice(0, member.indexOf('.'));
  if (/^(this|self)$/.test(object)) return /^(constructor|__init__)$/.test(scope.name);
  return (scope.assignments.get(object) ?? []).some(({ value }) => MAKES.test(value?.role ?? ''));
}

const MAKES = /^(dict|list|new)$/;
