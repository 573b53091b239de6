import type { Allocator, Size, SizeQuestion } from '#analyze/features/sizes/allocator.ts';
import type { TableKind } from '#analyze/features/sizes/memory-model.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const NUMPY_BYTES: readonly (readonly [RegExp, number])[] = [
  [/complex128/, 16],
  [/(int|uint)8|bool|byte/, 1],
  [/(int|uint|float)16|half/, 2],
  [/(int|uint|float)32|single/, 4],
];
const ARRAY_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  B: 1,
  u: 4,
  h: 2,
  H: 2,
  i: 4,
  I: 4,
  l: 8,
  L: 8,
  q: 8,
  Q: 8,
  f: 4,
  d: 8,
};

const bytesOf: Allocator = ({ number, size, arguments: [first] }) => {
  const count = number(first) ?? size(first)?.count;
  return count === undefined ? undefined : { kind: 'bytes', count, bytes: count };
};

const filled: Allocator = ({ number, node, arguments: [shape] }) => {
  const sides = shape?.role === 'tuple' || shape?.role === 'list' ? shape.children : [shape];
  return sided(sides.map(number), node);
};

/** `rand(1000, 1000)` takes its sides one by one. */
const spread: Allocator = ({ number, node, arguments: given }) => sided(given.map(number), node);

const square: Allocator = ({ number, node, arguments: [first] }) =>
  sided([number(first), number(first)], node);

function sided(sides: readonly (number | undefined)[], node: SyntaxNode): Size | undefined {
  const count = sides.reduce<number>((total, side) => total * (side ?? Number.NaN), 1);
  return Number.isNaN(count)
    ? undefined
    : { kind: 'ndarray', count, bytes: count * elementBytes(node) };
}

function elementBytes(node: SyntaxNode): number {
  const text = node.text;
  return NUMPY_BYTES.find(([pattern]) => pattern.test(text))?.[1] ?? 8;
}

/** A container made from something else: its elements are made anew only where that was lazy. */
function collected(kind: TableKind): Allocator {
  return ({ size, memory, arguments: [first] }) => {
    if (first === undefined) return { kind, count: 0, bytes: memory.table(kind, 0) };
    const given = size(first);
    if (given === undefined) return undefined;
    return {
      kind,
      count: given.count,
      bytes: memory.table(kind, given.count) + freshBytes(given, first),
    };
  };

  function freshBytes(given: Size, first: SyntaxNode): number {
    if (given.kind === 'range') return given.count * 32;
    if (first.role === 'generator' || first.role === 'call')
      return Math.max(0, given.bytes - 8 * given.count);
    return 0;
  }
}

/** A range is lazy: it has a length but no elements. */
const range: Allocator = ({ number, arguments: given }) => {
  const [first, second, step] = given.map(number);
  if (first === undefined || (given.length > 1 && second === undefined)) return undefined;
  const [from, to] = given.length > 1 ? [first, second!] : [0, first];
  return { kind: 'range', count: Math.max(0, Math.ceil((to - from) / (step ?? 1))), bytes: 0 };
};

const typedArray: Allocator = ({ size, node, arguments: [code, initial] }) => {
  const width = ARRAY_BYTES[code?.text.replaceAll(/['"]/g, '') ?? ''] ?? 8;
  const count = size(initial)?.count ?? (initial === undefined ? 0 : undefined);
  return count === undefined || node === undefined
    ? undefined
    : { kind: 'typed', count, bytes: count * width };
};

const fromKeys: Allocator = (question: SizeQuestion) => {
  const keys = question.size(question.arguments[0]);
  if (keys === undefined) return undefined;
  return {
    kind: 'dict',
    count: keys.count,
    bytes:
      question.memory.table('dict', keys.count) + (keys.kind === 'range' ? keys.count * 32 : 0),
  };
};

/** What Python's containers take, by callee; measured in the tests. */
export const allocators: Readonly<Record<string, Allocator>> = {
  bytearray: bytesOf,
  bytes: bytesOf,
  'os.urandom': bytesOf,
  'array.array': typedArray,
  'numpy.zeros': filled,
  'numpy.ones': filled,
  'numpy.empty': filled,
  'numpy.full': filled,
  'numpy.arange': filled,
  'numpy.random.rand': spread,
  'numpy.random.randn': spread,
  'numpy.eye': square,
  'numpy.identity': square,
  list: collected('list'),
  tuple: collected('tuple'),
  sorted: collected('list'),
  set: collected('set'),
  frozenset: collected('set'),
  'collections.deque': collected('list'),
  'dict.fromkeys': fromKeys,
  range,
};
