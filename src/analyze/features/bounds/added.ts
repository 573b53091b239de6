import { argumentsOf, calleeName, lastPart } from '#analyze/features/callee.ts';
import type { CallGraph } from '#analyze/features/call-graph.ts';
import { isIn, loopsAround } from '#analyze/features/loops-around.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';
import { constant, product, type Value } from './arithmetic.ts';
import { isTarget, lengthChangeAt, type LengthChange } from './changed-length.ts';
import { LINEAR, larger } from './growth.ts';
import type { Made } from './literals.ts';
import { usesIn, type Use } from './uses.ts';

/** What is asked back: the worth of expressions, the rounds of loops, the home of names. */
export type AddedContext = {
  readonly survey: Survey;
  readonly graph: CallGraph;
  readonly valueOf: (node: SyntaxNode | undefined, unit: Unit) => Value;
  readonly roundsOf: (loop: SyntaxNode, unit: Unit) => Value;
  readonly scopeOf: (name: string, unit: Unit) => Unit | undefined;
};

type Handed = Extract<LengthChange, { kind: 'handed' }>;

const ORDERED: ReadonlySet<Role> = new Set(['block', 'program', 'function', 'closure', 'case']);

const NOTHING = constant(0);
const ONE = constant(1);
const UNKNOWN: Value = { growth: LINEAR };

/** Library functions that leave their arguments as they are. */
const READING =
  /^(len|print\w*|sorted|sum|min|max|any|all|list|tuple|set|frozenset|dict|enumerate|zip|range|reversed|map|filter|str|repr|iter|isinstance|type|bool|id|join\w*|format\w*|log|warn|error|info|debug|dumps?|stringify|copy|deepcopy|count|size\w*|cap|append|Map|Set|from|of|keys|values|entries|isArray|freeze|implode|explode|in_array|array_(?!push|unshift|splice|walk)\w+|json_encode|var_dump|asList|toString|equals|Println|Printf|Sprintf|DeepEqual|sort|extend|update|addAll|concat|includes|startswith|endswith|startsWith|endsWith|test|expect|heappop|heapify|nlargest|nsmallest|shuffle|choice|sample|bisect\w*|array_pop|array_shift|delete|clear|swap)$/;

/** How many elements containers get beside those that they are made with. */
// create → to(name, scope) …
export class Added {
  readonly #context: AddedContext;
  readonly #known = new Map<string, Value>();

  constructor(context: AddedContext) {
    this.#context = context;
  }

  to(name: string, scope: Unit, made: Made): Value {
    const key = `${scope.id}:${name}:${made.isKeyed}:${made.isFixed}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Round a circle of calls or names: so many times as nobody can tell.
    this.#known.set(key, UNKNOWN);
    const uses = usesIn(this.#context.survey).of(name);
    let total: Value = NOTHING;
    for (const use of uses) {
      if (isSetFrom(use, name, { scope, made })) total = UNKNOWN;
      else if (this.#isMeant(name, use, scope)) total = plus(total, this.#by(use, scope, made));
      if (total.constant === undefined && total.growth.poly >= MOST_POWER) break;
    }
    this.#known.set(key, total);
    return total;
  }

  /** What a container is filled with beside its literals; undefined where that cannot be followed. */
  elements(name: string, scope: Unit): readonly Use[] | undefined {
    const found: Use[] = [];
    for (const use of usesIn(this.#context.survey).of(name)) {
      if (!this.#isMeant(name, use, scope)) continue;
      const elements = elementsAt(use);
      if (elements === undefined) return undefined;
      found.push(...elements.map((node) => ({ node, unit: use.unit })));
    }
    return found;
  }

  /** A member is the same wherever it is written. */
  #isMeant(name: string, { node, unit }: Use, scope: Unit): boolean {
    return node.role === 'member' || this.#context.scopeOf(name, unit) === scope;
  }

  #by(use: Use, scope: Unit, made: Made): Value {
    const elements = this.#elements(lengthChangeAt(use.node), use, made);
    if (elements.constant === 0) return NOTHING;
    // How often a function runs that is written inside is not known here.
    if (elements === UNKNOWN || use.unit !== scope || isInClosure(use.node, scope)) return UNKNOWN;
    let total = elements;
    for (const loop of loopsAround(use.node, scope)) {
      if (made.at.some((node) => isIn(node, loop) && comesBefore(node, use.node))) break;
      total = product(this.#context.roundsOf(loop, scope), total);
    }
    return total;
  }

  /** What one run of the place adds. */
  #elements(change: LengthChange, { node, unit }: Use, made: Made): Value {
    if (made.isFixed && change.kind !== 'adds') return NOTHING;
    switch (change.kind) {
      case 'none':
        return NOTHING;
      case 'entry':
        return made.isKeyed ? ONE : NOTHING;
      case 'adds':
        return change.elements === undefined ? ONE : this.#context.valueOf(change.elements, unit);
      case 'alias':
        return this.#alias(change.name, { node, unit }, made);
      case 'handed':
        return this.#handed(change, unit, made);
      case 'unknown':
        return UNKNOWN;
    }
  }

  #alias(name: string, { node, unit }: Use, { isKeyed, isFixed }: Made): Value {
    const scope = this.#context.scopeOf(name, unit);
    if (scope === undefined || name === node.text) return NOTHING;
    return this.to(name, scope, { at: [], isKeyed, isFixed });
  }

  #handed({ call, at }: Handed, unit: Unit, { isKeyed, isFixed }: Made): Value {
    const { graph, survey } = this.#context;
    const known = unit.calls.find(({ node }) => node === call);
    const target = known === undefined ? undefined : graph.targetOf.get(known);
    if (target === undefined)
      return READING.test(lastPart(calleeName(call, survey.imports))) ? NOTHING : UNKNOWN;
    const parameter = target.parameters[at];
    const isPlain = argumentsOf(call).length <= target.parameters.length;
    if (parameter === undefined || !isPlain) return UNKNOWN;
    return this.to(parameter, target, { at: [], isKeyed, isFixed });
  }
}

/** A function inside gives the name another value: `global rows`, or `rows = …` without a `let`. */
function isSetFrom(
  { node, unit }: Use,
  name: string,
  { scope, made }: { scope: Unit; made: Made },
): boolean {
  if (unit === scope || !isInside(unit, scope)) return false;
  if (node.parent?.role === 'global') return true;
  if (!isTarget(node)) return false;
  const declares = new Set(made.at.map(({ type }) => type));
  const own = unit.assignments.get(name) ?? [];
  return made.at.length > 0 && !own.some((each) => declares.has(each.node.type));
}

function isInside(unit: Unit, scope: Unit): boolean {
  for (let around = unit.parent; around !== undefined; around = around.parent)
    if (around === scope) return true;
  return false;
}

function elementsAt({ node }: Use): readonly SyntaxNode[] | undefined {
  const change = lengthChangeAt(node);
  if (change.kind === 'none' || change.kind === 'handed') return [];
  if (change.kind !== 'adds') return undefined;
  const { element, elements } = change;
  if (element !== undefined) return [element];
  return elements?.role === 'list' || elements?.role === 'tuple' ? elements.children : undefined;
}

/** What grows with a higher power is beyond every class. */
const MOST_POWER = 4;

export function plus(a: Value, b: Value): Value {
  if (a.constant !== undefined && b.constant !== undefined)
    return b.constant === 0 ? a : { ...constant(a.constant + b.constant), isMost: true };
  return { growth: larger(a.growth, b.growth) };
}

function isInClosure(node: SyntaxNode, scope: Unit): boolean {
  for (let around = node.parent; around !== undefined; around = around.parent) {
    if (around === scope.node) return false;
    if (around.role === 'closure') return true;
  }
  return false;
}

/** What stands earlier in a block around a place has run whenever that place is come to. */
function comesBefore(earlier: SyntaxNode, place: SyntaxNode): boolean {
  let around = earlier.parent;
  while (around !== undefined && !ORDERED.has(around.role)) around = around.parent;
  return earlier.start < place.start && (around === undefined || isIn(place, around));
}
