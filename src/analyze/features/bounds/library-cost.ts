import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, lastPart } from '#analyze/features/callee.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { Call, Survey, Unit } from '#analyze/features/survey.ts';
import { CONSTANT, LOG, growthOf, larger, times, type Growth } from './growth.ts';
import { listCallGrowth } from './list-calls.ts';
import type { Values } from './values.ts';

/** One line of input is one value: what is done with its words counts where they are used. */
const LINE_OF_INPUT =
  /\b(input|readline|raw_input|readLine|nextLine|data)\(\)|\bstdin\b|^(inp|I|data)\(\)/;
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
const EXTREMES = /^(min|max)$/i;

/** What a library call costs: of constant size nothing, in an ordered container a logarithm. */
export function libraryGrowth(call: Call, unit: Unit, survey: Survey, values: Values): Growth {
  const { library } = survey.spec;
  const last = lastPart(call.name);
  const given = argumentsOf(call.node);
  if (/^pow$|modPow|powmod/i.test(last) && given.length === 3) return LOG;
  if (ORDERED_OPERATIONS.test(last) && isOrdered(call, survey)) return LOG;
  const ofList = survey.spec.language === 'java' ? listCallGrowth(call, unit, values) : undefined;
  if (ofList !== undefined) return ofList;
  const cost =
    lookup(library.costs, call.name) ??
    (isMethod(call, survey) ? lookup(library.costs, `.${last}`) : undefined);
  if (cost === undefined || cost === 'constant') return CONSTANT;
  const isOfObject = call.name !== last && !/^[A-Z]/.test(call.name) && !isOfText(call.node);
  // The shell's `sort` orders what comes in, whatever its arguments are.
  if (cost === 'nlogn' && survey.spec.language === 'shell') return growthOf(cost);
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
  return scaled(growthOf(cost), isOfObject ? undefined : sizeGrowth(given.at(-1), unit, values));
}

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
function isMethod({ name, node }: Call, { imports }: Survey): boolean {
  const head = /^[\w$]*/.exec(node.child('callee')?.text ?? '')?.[0] ?? '';
  return name !== lastPart(name) && !imports.has(head);
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

export function readsLine(node: SyntaxNode): boolean {
  return LINE_OF_INPUT.test(node.text.slice(0, 200)) || node.text.startsWith('__file__');
}

/** `[int(x) for x in input().split()]` and `for word in a line`, of which the target takes a few. */
export function isLineOfInput(loop: SyntaxNode): boolean {
  if (loop.role !== 'comprehensionFor') return false;
  return (
    LINE_OF_INPUT.test(loop.child('iterable')?.text.slice(0, 200) ?? '') &&
    !/readlines|read\(\)/.test(loop.text)
  );
}

function isOrdered(call: Call, survey: Survey): boolean {
  const ordered = orderedNames.get(survey) ?? new Set(survey.units.flatMap(orderedIn));
  orderedNames.set(survey, ordered);
  return ordered.has(call.name.slice(0, call.name.lastIndexOf('.')));
}

/** By file: asked for with every call of such a name. */
const orderedNames = new WeakMap<Survey, ReadonlySet<string>>();

function orderedIn({ assignments }: Unit): string[] {
  return [...assignments]
    .filter(([, all]) => all.some(({ value }) => ORDERED.test(value?.text.slice(0, 80) ?? '')))
    .map(([name]) => name);
}
