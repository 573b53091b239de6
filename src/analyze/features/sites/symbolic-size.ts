import type { SizeExpression, SizeFactor } from '#model/site.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import { ofName } from '#analyze/features/by-name.ts';
import { argumentsOf, calleeName } from '#analyze/features/callee.ts';
import { pathOf } from '#analyze/features/live-quantity.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { Allocator, Size } from '#analyze/features/sizes/allocator.ts';
import { sizeOf } from '#analyze/features/sizes/size-of.ts';
import { wholeBytes } from '#analyze/features/sizes/memory-model.ts';
import { valueBytes } from '#analyze/features/sizes/value-bytes.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';
import { amountOf } from './amount.ts';
import type { SiteContext } from './site-context.ts';

/** Stands for each factor while sizes are evaluated; so large that headers do not count. */
const UNIT = 1e6;
const MOST_FACTORS = 4;
const MOST_STEPS = 12;

const MADE: ReadonlySet<Role> = new Set(['binary', 'call', 'new', 'comprehension']);

type Evaluation = SiteContext & { readonly found: SizeFactor[] };

/**
 * What an expression allocates, in bytes times what can be read or known: `[0] * n` is 8 · n.
 * Every factor is evaluated as a million, and divided out of the result again.
 */
export function symbolicSize(node: SyntaxNode, context: SiteContext): SizeExpression | undefined {
  const found: SizeFactor[] = [];
  const size = sizeIn(node, { ...context, found });
  if (size === undefined || size.kind === 'range' || size.kind === 'number') return undefined;
  if (found.length > MOST_FACTORS) return undefined;
  const bytes = size.bytes / UNIT ** found.length;
  if (found.length === 0) return { bytes: wholeBytes(bytes), times: [] };
  const rounded = Math.round(bytes * 100) / 100;
  // Where factors are added and not multiplied, no product says how large it is.
  return rounded < 0.5 ? undefined : { bytes: rounded, times: found };
}

function sizeIn(node: SyntaxNode | undefined, given: Evaluation): Size | undefined {
  if (node === undefined || given.steps > MOST_STEPS) return undefined;
  const context = { ...given, steps: given.steps + 1 };
  switch (node.role) {
    case 'binary':
      return node.operator === '*' ? repetition(node, context) : undefined;
    case 'comprehension':
    case 'generator':
      return comprehension(node, context);
    case 'call':
    case 'new':
      return allocated(node, context);
    case 'name':
    case 'member':
      return sizeOf(node, context) ?? shared(node, context);
    default:
      return sizeOf(node, context);
  }
}

/** Elements of something that exists are referred to, not made. */
function shared(node: SyntaxNode, { found }: Evaluation): Size | undefined {
  const path = pathOf(node);
  if (path === undefined) return undefined;
  found.push({ length: path });
  return { kind: 'list', count: UNIT, bytes: 0 };
}

function repetition(node: SyntaxNode, context: Evaluation): Size | undefined {
  const [left, right] = node.children;
  const isLeft = left?.role !== 'name' && sizeOf(left, context) !== undefined;
  const base = sizeOf(isLeft ? left : right, context);
  const times = numberOf(isLeft ? right : left, context);
  if (base === undefined || base.kind === 'number' || times === undefined) return undefined;
  const { memory } = context.survey.spec;
  const count = base.count * times;
  if (base.kind === 'typed' || base.kind === 'bytes')
    return { ...base, count, bytes: base.bytes * times };
  if (base.kind === 'string') return { ...base, count, bytes: memory.text('', count) };
  const elements = Math.max(0, base.bytes - memory.table('list', base.count));
  return { ...base, count, bytes: memory.table('list', count) + elements };
}

function comprehension(node: SyntaxNode, context: Evaluation): Size | undefined {
  let count = 1;
  for (const clause of node.children.filter(({ role }) => role === 'comprehensionFor')) {
    const rounds = roundsOf(clause, context);
    if (rounds === undefined) return undefined;
    count *= rounds;
  }
  const element = node.child('body') ?? node.children[0];
  const kind = element?.role === 'pair' ? 'dict' : node.type.startsWith('set') ? 'set' : 'list';
  const bytes =
    context.survey.spec.memory.table(kind, count) + count * elementBytes(element, context);
  return { kind, count, bytes };
}

function roundsOf(clause: SyntaxNode, context: Evaluation): number | undefined {
  const { count } = iterationsOf(clause, context.unit, context.values);
  if (count !== undefined) return count;
  const iterable = clause.child('iterable');
  const given = iterable?.role === 'call' ? argumentsOf(iterable) : [];
  if (iterable?.role === 'call')
    return iterable.child('callee')?.text === 'range' && given.length === 1
      ? numberOf(given[0], context)
      : undefined;
  const path = iterable === undefined ? undefined : pathOf(iterable);
  if (path === undefined) return undefined;
  context.found.push({ length: path });
  return UNIT;
}

function allocated(node: SyntaxNode, context: Evaluation): Size | undefined {
  const { survey } = context;
  return allocatorNamed(survey.named(calleeName(node, survey.imports)))?.({
    node,
    arguments: argumentsOf(node),
    memory: survey.spec.memory,
    number: (argument) => numberOf(argument, context),
    size: (argument) => sizeIn(argument, context),
    element: (argument) => elementBytes(argument, context),
  });
}

/** How large what calls of a name make is. */
export const allocatorNamed = ofName((name, { allocators }): Allocator | undefined => {
  const dot = name.lastIndexOf('.');
  return lookup(allocators, name) ?? (dot === -1 ? undefined : lookup(allocators, name.slice(dot)));
});

/** An element that is a container itself is made anew each time. */
function elementBytes(node: SyntaxNode | undefined, context: Evaluation): number {
  const isMade = node !== undefined && MADE.has(node.role);
  const before = context.found.length;
  const size = isMade ? sizeIn(node, context) : undefined;
  if (size === undefined) context.found.length = before;
  return size?.bytes ?? valueBytes(node, context);
}

function numberOf(node: SyntaxNode | undefined, context: Evaluation): number | undefined {
  const amount = amountOf(node, context);
  if (amount === undefined) return undefined;
  context.found.push(...amount.times);
  return amount.factor * UNIT ** amount.times.length;
}
