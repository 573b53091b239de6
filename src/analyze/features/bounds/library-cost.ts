import type { LibraryCost } from '#analyze/languages/language-spec.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { ofName } from '#analyze/features/by-name.ts';
import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import { isEntryOfRound } from './adjacency.ts';
import { CONSTANT, LOG, growthOf, larger, times, type Growth } from './growth.ts';
import { readsLine } from './line-of-input.ts';
import { listCallGrowth } from './list-calls.ts';
import type { Values } from './values.ts';

const CONVERSIONS = new Set([
  'split',
  'strip',
  'rstrip',
  'lstrip',
  'map',
  'list',
  'tuple',
  'int',
  'readline',
]);
const ORDERED =
  /(Tree(Map|Set)|PriorityQueue|priority_queue|SortedList|SortedDict|BTree(Map|Set)|BinaryHeap|ConcurrentSkipList)/;
const ORDERED_OPERATIONS =
  /^(add|put|get|remove|poll|offer|contains|containsKey|insert|erase|push|pop|discard|bisect\w*|merge|getOrDefault|first|last|floor|ceiling|higher|lower)$/;
const POWERS = /^pow$|modPow|powmod/i;
const EXTREMES = /^(min|max)$/i;

/** What the name of a call says of its cost. */
type Named = {
  readonly last: string;
  readonly isPower: boolean;
  /** Of a container that keeps an order, where the receiver is one. */
  readonly mayBeOrdered: boolean;
  /** By its whole name; by its last part, where it is a method. */
  readonly own: LibraryCost | undefined;
  readonly ofMethod: LibraryCost | undefined;
};

/** What library calls cost: of constant size nothing, in an ordered container a logarithm. */
// create → of(call, unit) …
export class LibraryCosts {
  readonly #survey: Survey;
  readonly #values: Values;
  readonly #isJava: boolean;
  #ordered: ReadonlySet<string> | undefined;

  constructor(survey: Survey, values: Values) {
    this.#survey = survey;
    this.#values = values;
    this.#isJava = survey.spec.language === 'java';
  }

  of(call: Call, unit: Unit): Growth {
    const { last, isPower, mayBeOrdered, own, ofMethod } = saidOf(call.named);
    if (isPower && argumentsOf(call.node).length === 3) return LOG;
    if (mayBeOrdered && this.#isOrdered(call.name)) return LOG;
    const ofList = this.#isJava ? listCallGrowth(call, unit, this.#values) : undefined;
    if (ofList !== undefined) return ofList;
    const cost = own ?? (ofMethod && isMethod(call, this.#survey) ? ofMethod : undefined);
    if (cost === undefined || cost === 'constant') return CONSTANT;
    return this.#inSize(call, unit, last, cost);
  }

  #inSize(call: Call, unit: Unit, last: string, cost: LibraryCost): Growth {
    const values = this.#values;
    const given = argumentsOf(call.node);
    const isOfObject = call.name !== last && !/^[A-Z]/.test(call.name) && !isOfText(call.node);
    // The shell's `sort` orders what comes in, whatever its arguments are.
    if (cost === 'nlogn' && this.#survey.spec.language === 'shell') return growthOf(cost);
    if (!isOfObject && given.length === 0) return CONSTANT;
    if (last === 'step' && stepsByElement(call.node)) return LOG;
    const receiver = receiverOf(call.node);
    if (/^(times|upto|downto)$/.test(last) && receiver !== undefined)
      return [receiver, ...given.filter(({ role }) => role !== 'closure')]
        .map((each) => values.of(each, unit).growth)
        .reduce((a, b) => larger(a, b));
    if (receiver !== undefined && isCountable(receiver))
      return scaled(growthOf(cost), values.of(receiver, unit).growth);
    if (EXTREMES.test(last) && given.length > 1) return CONSTANT;
    if (CONVERSIONS.has(last) && readsLine(call.node)) return CONSTANT;
    if (/^(remove|index|count|insert)$/.test(last) && call.name.endsWith(`[].${last}`))
      return CONSTANT;
    const [over] = isOfObject ? [receiver] : given;
    if (over !== undefined && isEntryOfRound(over, call.node, unit))
      return { ...growthOf(cost), poly: 0 };
    return scaled(growthOf(cost), isOfObject ? undefined : sizeGrowth(given.at(-1), unit, values));
  }

  #isOrdered(name: string): boolean {
    this.#ordered ??= new Set(this.#survey.units.flatMap(orderedIn));
    return this.#ordered.has(name.slice(0, name.lastIndexOf('.')));
  }
}

const saidOf = ofName((name, { library: { costs } }): Named => {
  const last = lastPart(name);
  return {
    last,
    isPower: POWERS.test(last),
    mayBeOrdered: ORDERED_OPERATIONS.test(last),
    own: lookup(costs, name),
    ofMethod: name === last ? undefined : lookup(costs, `.${last}`),
  };
});

function receiverOf(call: SyntaxNode): SyntaxNode | undefined {
  return call.child('object') ?? call.child('callee')?.child('object');
}

/** `(0...n).each`, `(1 << n).times`: as often as the numbers say. */
function isCountable({ role, children: [first] }: SyntaxNode): boolean {
  return role === 'range' || (role === 'binary' && first?.role === 'number');
}

/** `(i * 2).step(n, i)` in a block over i: n/1 + n/2 + … over all. */
function stepsByElement(call: SyntaxNode): boolean {
  const steps = new Set(argumentsOf(call).map(({ text }) => text));
  for (let around = call.parent; around !== undefined; around = around.parent) {
    if (around.role === 'function') return false;
    if (around.role === 'closure' && around.all('parameters').some(({ text }) => steps.has(text)))
      return true;
  }
  return false;
}

/** `", ".join(names)` goes through the names. */
function isOfText(call: SyntaxNode): boolean {
  const receiver = receiverOf(call);
  return receiver?.role === 'string' && argumentsOf(call).length > 0;
}

/** `names.join` joins a list; `path.join` and `join` do what their module says. */
function isMethod({ node }: Call, { imports }: Survey): boolean {
  const head = /^[\w$]*/.exec(node.child('callee')?.text ?? '')?.[0] ?? '';
  return !imports.has(head);
}

/** A linear call over something that is itself only log n long costs log n. */
function scaled(cost: Growth, size: Growth | undefined): Growth {
  if (size === undefined || cost.poly === 0) return cost;
  return size.poly < 1 && !size.exponential
    ? size
    : size.poly > 1 || size.exponential
      ? times(size, { ...cost, poly: 0 })
      : cost;
}

/** How long a sequence is; undefined where nothing is known of it. */
function sizeGrowth(node: SyntaxNode | undefined, unit: Unit, values: Values): Growth | undefined {
  if (node === undefined) return undefined;
  if (node.role === 'comprehension' || node.role === 'generator') {
    const clauses = node.children.filter(({ role }) => role === 'comprehensionFor');
    return clauses
      .map((clause) => values.of(clause.child('iterable'), unit).growth)
      .reduce((a, b) => times(a, b), CONSTANT);
  }
  if (
    node.role === 'call' &&
    /^(map|filter|list|set|tuple|sorted|reversed)$/.test(node.child('callee')?.text ?? '')
  )
    return sizeGrowth(argumentsOf(node).at(-1), unit, values);
  const value = values.of(node, unit);
  return value.constant === undefined ? value.growth : CONSTANT;
}

function orderedIn({ assignments }: Unit): string[] {
  const names: string[] = [];
  for (const [name, all] of assignments)
    if (all.some(({ value }) => value !== undefined && ORDERED.test(value.text.slice(0, 80))))
      names.push(name);
  return names;
}
