import type { LiveBound } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf } from './callee.ts';
import { liveCounter } from './live-counter.ts';
import { pathOf, quantityOf, type Standpoint } from './live-quantity.ts';
import { openedAs } from './opened-files.ts';

/** What hands on the elements in their order: a bar of progress, a copy. */
const HANDING_ON = /^(tqdm(\.\w+)*|track|progress\.track|list|tuple|iter|alive_it)$/;
const MOST_WRAPPINGS = 3;

/**
 * How a probe can tell how far a loop has come, while it runs: by a variable against a bound that can
 * both be read, or by the place of an element in its container. Undefined where it cannot.
 */
export function liveBoundOf(loop: SyntaxNode, standpoint: Standpoint): LiveBound | undefined {
  if (loop.role === 'each') return overEach(loop, standpoint);
  if (loop.role !== 'for' && loop.role !== 'while') return undefined;
  return liveCounter(loop, standpoint);
}

function overEach(loop: SyntaxNode, standpoint: Standpoint): LiveBound | undefined {
  // JavaScript's `for (key in object)` gives names, which have no place of their own.
  if (loop.type === 'for_in_statement' && loop.operator.endsWith(' in')) return undefined;
  const variables = namesOf(loop.child('variable'));
  const iterable = unwrapped(loop.child('iterable'));
  const [first] = variables;
  if (first === undefined || iterable === undefined) return undefined;
  if (iterable.role === 'call') return overCall(iterable, variables, standpoint);
  const over = pathOf(iterable);
  return over === undefined || variables.length > 1
    ? undefined
    : { kind: 'each', variable: first, over };
}

function overCall(
  call: SyntaxNode,
  variables: readonly string[],
  standpoint: Standpoint,
): LiveBound | undefined {
  const callee = call.child('callee');
  const method = callee?.child('property')?.text;
  const [variable = '', second] = variables;
  const isAlone = variables.length === 1;
  if (/^(x|p|t)?range$/.test(callee?.text ?? ''))
    return isAlone ? overRange(call, variable, standpoint) : undefined;
  if (callee?.text === 'enumerate')
    return isAlone ? undefined : numbered(call, variables, standpoint);
  // The first of what is zipped is gone through in its own order.
  const container = callee?.text === 'zip' ? argumentsOf(call)[0] : callee?.child('object');
  const over = container === undefined ? undefined : pathOf(container);
  if (over === undefined || variable === '') return undefined;
  if (callee?.text === 'zip') return isAlone ? undefined : { kind: 'each', variable, over };
  if (method === 'entries' && second !== undefined && standpoint.unit.types.get(over) !== 'Map')
    return { kind: 'range', variable, from: 0, to: { length: over }, step: 1 };
  const givesKeys = isAlone ? method === 'keys' : method === 'items';
  return givesKeys ? { kind: 'each', variable, over } : undefined;
}

/** `range(n)`, `range(1, n)`, `range(0, len(rows), 2)`, `range(n, 0, -1)`. */
function overRange(
  call: SyntaxNode,
  variable: string,
  standpoint: Standpoint,
): LiveBound | undefined {
  const given = argumentsOf(call).filter(({ role }) => role !== 'argument');
  const parts = given.map((part) => quantityOf(part, standpoint));
  const [first, second, step = 1] = parts;
  if (parts.length > 3 || parts.includes(undefined) || first === undefined) return undefined;
  const [from, to] = second === undefined ? [0, first] : [first, second];
  const isOwn = [from, to].some(
    (end) => typeof end === 'object' && Object.values(end)[0] === variable,
  );
  return isOwn || step === 0 ? undefined : { kind: 'range', variable, from, to, step };
}

/** `for i, row in enumerate(rows)`; the lines of a file are not counted, the file has a position. */
function numbered(
  call: SyntaxNode,
  [counter = '', element]: readonly string[],
  standpoint: Standpoint,
): LiveBound | undefined {
  const [given, start] = argumentsOf(call);
  const container = unwrapped(given);
  const over = container === undefined ? undefined : pathOf(container);
  if (over === undefined || counter === '') return undefined;
  if (element && openedAs(over, call, standpoint.unit) !== undefined)
    return { kind: 'each', variable: element, over };
  const from = quantityOf(start?.child('value') ?? start, standpoint) ?? 0;
  return typeof from === 'number' && from > 1
    ? undefined
    : { kind: 'range', variable: counter, from, to: { length: over }, step: 1 };
}

/** Names in the order of the elements; '' for what is taken apart further. */
function namesOf(variable: SyntaxNode | undefined): readonly string[] {
  if (variable === undefined) return [];
  const parts = variable.role === 'tuple' ? variable.children : [variable];
  return parts.map((part) => (part.role === 'name' ? part.text : ''));
}

function unwrapped(iterable: SyntaxNode | undefined): SyntaxNode | undefined {
  let inner = iterable;
  for (let times = 0; inner?.role === 'call' && times < MOST_WRAPPINGS; times += 1) {
    if (!HANDING_ON.test(inner.child('callee')?.text ?? '')) break;
    inner = argumentsOf(inner)[0];
  }
  return inner;
}
