import { ofName } from '#analyze/features/by-name.ts';
import { argumentsOf, calleeName } from '#analyze/features/callee.ts';
import { lookup } from '#analyze/features/lookup.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { iterationsOf } from '#analyze/features/bounds/iterations.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Allocator, Size } from './allocator.ts';
import type { MemoryModel, TableKind } from './memory-model.ts';
import type { SizeContext } from './size-context.ts';
import { valueBytes } from './value-bytes.ts';

const MAX_STEPS = 24;

/** What an expression allocates, where its size is known before the run. */
export function sizeOf(node: SyntaxNode | undefined, context: SizeContext): Size | undefined {
  if (node === undefined || context.steps > MAX_STEPS || context.values.deadline.passed())
    return undefined;
  switch (node.role) {
    case 'string':
      return textSize(node, 1, context.survey.spec.memory);
    case 'binary':
      return node.operator === '*'
        ? repetition(node, below(context))
        : node.operator === '+'
          ? joined(node, below(context))
          : undefined;
    case 'list':
    case 'tuple':
    case 'set':
    case 'dict':
      return literal(node, below(context), node.role);
    case 'comprehension':
    case 'generator':
      return comprehension(node, below(context));
    case 'call':
    case 'new':
    case 'array':
      return allocated(node, below(context));
    case 'cast':
      return sizeOf(node.child('value'), below(context));
    case 'name':
      return named(node, below(context));
    default:
      return undefined;
  }
}

function below(context: SizeContext): SizeContext {
  return { ...context, steps: context.steps + 1 };
}

/** `[x] * n` repeats references; the elements are shared. */
function repetition(node: SyntaxNode, context: SizeContext): Size | undefined {
  const { memory } = context.survey.spec;
  for (const [each, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const times = context.values.of(node.children[other], context.unit).constant;
    const base =
      times === undefined || times < 0 ? undefined : sizeOf(node.children[each], context);
    if (base === undefined || base.kind === 'number') continue;
    // Numbers times arrays of numbers are as many numbers.
    if (base.kind === 'ndarray') return base;
    const count = base.count * times!;
    if (base.kind === 'string') return textSize(node.children[each]!, times!, memory);
    if (base.kind === 'typed' || base.kind === 'bytes')
      return { ...base, count, bytes: base.bytes * times! };
    return {
      kind: base.kind,
      count,
      bytes:
        memory.table('list', count) + Math.max(0, base.bytes - memory.table('list', base.count)),
    };
  }
  return undefined;
}

/** `b'x'`, `'中'`: as many characters as stand between the quotes, at the width of the first. */
function textSize(node: SyntaxNode, times: number, memory: MemoryModel): Size {
  const inner = node.text.replace(/^\w{0,2}(['"`])/, '$1').slice(1, -1);
  const count = charactersIn(inner) * times;
  return { kind: 'string', count, bytes: memory.text(inner, count) };
}

/** Code points, without a copy of the text. */
function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Both parts are alive until the whole is made. */
function joined(node: SyntaxNode, context: SizeContext): Size | undefined {
  const [left, right] = node.children.map((child) => sizeOf(child, context));
  if (left === undefined || right === undefined || left.kind !== right.kind) return undefined;
  return {
    kind: left.kind,
    count: left.count + right.count,
    bytes: 2 * (left.bytes + right.bytes),
  };
}

function literal(node: SyntaxNode, context: SizeContext, kind: TableKind): Size | undefined {
  let [entries, bytes] = [0, 0];
  for (const child of node.children) {
    // What is taken over from another one is shared with it.
    const taken = child.role === 'spread' ? sizeOf(child.children[0], context) : undefined;
    if (child.role === 'spread' && taken === undefined) return undefined;
    entries += taken?.count ?? 1;
    if (taken === undefined) bytes += valueBytes(child, context);
  }
  bytes += context.survey.spec.memory.table(kind, entries);
  return { kind: kind === 'tuple' ? 'list' : kind, count: entries, bytes };
}

function comprehension(node: SyntaxNode, context: SizeContext): Size | undefined {
  let count = 1;
  for (const clause of node.children.filter((child) => child.role === 'comprehensionFor')) {
    const iterations = iterationsOf(clause, context.unit, context.values).count;
    if (iterations === undefined) return undefined;
    count *= iterations;
  }
  const element = node.child('body') ?? node.children[0];
  const kind = element?.role === 'pair' ? 'dict' : node.type.startsWith('set') ? 'set' : 'list';
  return {
    kind,
    count,
    bytes: context.survey.spec.memory.table(kind, count) + count * valueBytes(element, context),
  };
}

/** A name counts where it is used up: `bytes(n)` of `n = bytearray(5)`. */
function named(node: SyntaxNode, context: SizeContext): Size | undefined {
  for (let unit: Unit | undefined = context.unit; unit !== undefined; unit = unit.parent) {
    const assigned = unit.assignments.get(node.text);
    if (assigned !== undefined)
      return assigned.length === 1
        ? remembered(assigned[0]!.value, { ...context, unit })
        : undefined;
  }
  return undefined;
}

/** Names are made of names: `c = b + a; d = c + b` would be worked out anew each time, 2ⁿ times. */
function remembered(node: SyntaxNode | undefined, context: SizeContext): Size | undefined {
  if (node === undefined) return undefined;
  const known = context.values.sizes;
  if (!known.has(node)) {
    // What leads back to itself has no size.
    known.set(node, undefined);
    known.set(node, sizeOf(node, context));
  }
  return known.get(node);
}

function allocated(node: SyntaxNode, context: SizeContext): Size | undefined {
  const { spec, imports } = context.survey;
  const name = node.role === 'array' ? '[]' : calleeName(node, imports);
  return allocatorOf(context.survey.named(name))?.({
    node,
    arguments: argumentsOf(node),
    memory: spec.memory,
    number: (argument) =>
      argument === undefined ? undefined : context.values.of(argument, context.unit).constant,
    size: (argument) => sizeOf(argument, context),
    element: (argument) => valueBytes(argument, context),
  });
}

/** By whole name, or by method. */
const allocatorOf = ofName(
  (name, { allocators }): Allocator | undefined =>
    lookup(allocators, name) ?? lookup(allocators, name.replace(/^.*\./, '.')),
);

/** The context of a unit's own expressions. */
export function sizeContext(given: Pick<SizeContext, 'survey' | 'values' | 'unit'>): SizeContext {
  return { ...given, steps: 0, sizeOf };
}
