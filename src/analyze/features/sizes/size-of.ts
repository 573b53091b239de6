import { argumentsOf, calleeName } from '#analyze/features/callee.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { Survey, Unit } from '#analyze/features/survey.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import type { Values } from '#analyze/features/bounds/values.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** An evaluated structure. `elementBytes` is what each further reference to an element costs. */
export type Size = { readonly kind: string; readonly count: number; readonly bytes: number };

/** Asked by a language's allocators: evaluates arguments to numbers or nested sizes. */
export type SizeQuestion = {
  readonly node: SyntaxNode;
  readonly arguments: readonly SyntaxNode[];
  readonly number: (node: SyntaxNode | undefined) => number | undefined;
  readonly size: (node: SyntaxNode | undefined) => Size | undefined;
};

export type Allocator = (question: SizeQuestion) => Size | undefined;

export type SizeContext = {
  readonly survey: Survey;
  readonly values: Values;
  readonly unit: Unit;
  readonly steps: number;
};

const MAX_STEPS = 24;

/** What an expression allocates, where its size is known before the run. */
export function sizeOf(node: SyntaxNode | undefined, context: SizeContext): Size | undefined {
  if (node === undefined || context.steps > MAX_STEPS) return undefined;
  const below = { ...context, steps: context.steps + 1 };
  const { sizes } = context.survey.spec;
  switch (node.role) {
    case 'number':
    case 'boolean':
    case 'null':
      return { kind: 'number', count: 1, bytes: 0 };
    case 'string':
      return { kind: 'string', count: node.end - node.start, bytes: node.end - node.start };
    case 'binary':
      return repetition(node, below);
    case 'list':
    case 'tuple':
    case 'set':
    case 'dict':
      return literal(node, below, sizes.pointer);
    case 'comprehension':
      return comprehension(node, below);
    case 'call':
    case 'new':
    case 'array':
      return allocated(node, below);
    default:
      return undefined;
  }
}

/** `[x] * n` repeats references; the elements are shared. */
function repetition(node: SyntaxNode, context: SizeContext): Size | undefined {
  if (node.operator === '+') {
    const [left, right] = node.children.map((child) => sizeOf(child, context));
    if (left === undefined || right === undefined || left.kind !== right.kind) return undefined;
    return { kind: left.kind, count: left.count + right.count, bytes: left.bytes + right.bytes };
  }
  if (node.operator !== '*') return undefined;
  for (const [each, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const base = sizeOf(node.children[each], context);
    const times = context.values.of(node.children[other], context.unit).constant;
    if (base === undefined || base.kind === 'number' || times === undefined || times < 0) continue;
    const perItem =
      base.kind === 'string' ? base.bytes - 2 : context.survey.spec.sizes.pointer * base.count;
    return { kind: base.kind, count: base.count * times, bytes: perItem * times };
  }
  return undefined;
}

function literal(node: SyntaxNode, context: SizeContext, pointer: number): Size {
  let bytes = 56;
  for (const child of node.children) bytes += pointer + (sizeOf(child, context)?.bytes ?? 0);
  return { kind: node.role === 'tuple' ? 'list' : node.role, count: node.children.length, bytes };
}

function comprehension(node: SyntaxNode, context: SizeContext): Size | undefined {
  let count = 1;
  for (const clause of node.children.filter((child) => child.role === 'comprehensionFor')) {
    const iterations = iterationsOf(clause, context.unit, context.values).count;
    if (iterations === undefined) return undefined;
    count *= iterations;
  }
  const element = node.child('body');
  const each = element?.role === 'pair' ? undefined : sizeOf(element, context);
  const { sizes } = context.survey.spec;
  // Lists built one by one keep about an eighth of spare room.
  const perItem =
    sizes.pointer * (each?.kind === 'number' ? 1.06 : 1.06) + (each?.bytes ?? sizes.number);
  return { kind: node.type.split('_')[0] ?? 'list', count, bytes: 56 + count * perItem };
}

function allocated(node: SyntaxNode, context: SizeContext): Size | undefined {
  const name = calleeName(node, context.survey.imports);
  const allocator = lookup(context.survey.spec.allocators, name);
  return allocator?.({
    node,
    arguments: argumentsOf(node),
    number: (argument) =>
      argument === undefined ? undefined : context.values.of(argument, context.unit).constant,
    size: (argument) => sizeOf(argument, context),
  });
}
