import type { CallGraph } from '#analyze/features/call-graph.ts';
import type { Unit } from '#analyze/features/survey.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { largestOf, type Value } from './arithmetic.ts';

type ValueOf = (node: SyntaxNode, unit: Unit, steps: number) => Value;

/** What the file's own functions give back: the largest of what stands behind any `return`. */
// create → by(call) …
export class GivenBack {
  /** How often a function was asked for on the way to its own value. */
  unfinished = 0;
  readonly #graph: CallGraph;
  readonly #valueOf: ValueOf;
  readonly #known = new Map<Unit, Value | undefined>();
  readonly #busy = new Set<Unit>();

  constructor(graph: CallGraph, valueOf: ValueOf) {
    this.#graph = graph;
    this.#valueOf = valueOf;
  }

  /** Undefined where the function is not the file's own, calls itself, or gives nothing back. */
  by(call: SyntaxNode, steps: number): Value | undefined {
    const { targetAt, cycles } = this.#graph;
    const unit = targetAt(call);
    if (unit === undefined || cycles.has(unit)) return undefined;
    if (this.#known.has(unit)) return this.#known.get(unit);
    if (this.#busy.has(unit)) {
      this.unfinished += 1;
      return undefined;
    }
    this.#busy.add(unit);
    const value = this.#returned(unit, steps);
    this.#busy.delete(unit);
    this.#known.set(unit, value);
    return value;
  }

  #returned(unit: Unit, steps: number): Value | undefined {
    const values = unit.returned.flatMap(({ children: [given] }) =>
      given === undefined ? [] : [this.#valueOf(given, unit, steps + 1)],
    );
    return values.length > 1 ? largestOf(values) : values[0];
  }
}
