import type { Allocator } from '#analyze/features/sizes/size-of.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const NUMPY_BYTES: readonly (readonly [RegExp, number])[] = [
  [/complex128/, 16],
  [/(int|uint)8|bool|byte/, 1],
  [/(int|uint|float)16|half/, 2],
  [/(int|uint|float)32|single/, 4],
];

const bytesOf: Allocator = ({ number, size, arguments: [first] }) => {
  const count = number(first) ?? size(first)?.count;
  return count === undefined ? undefined : { kind: 'bytes', count, bytes: count };
};

const filled: Allocator = ({ number, node, arguments: given }) => {
  const [shape] = given;
  const sides = shape?.role === 'tuple' || shape?.role === 'list' ? shape.children : [shape];
  const count = sides.reduce((total, side) => total * (number(side) ?? Number.NaN), 1);
  return Number.isNaN(count)
    ? undefined
    : { kind: 'ndarray', count, bytes: count * elementBytes(node) };
};

const square: Allocator = ({ number, node, arguments: [first] }) => {
  const side = number(first);
  return side === undefined
    ? undefined
    : { kind: 'ndarray', count: side * side, bytes: side * side * elementBytes(node) };
};

const listed: Allocator = ({ size, arguments: [first] }) => {
  const given = size(first);
  return given === undefined
    ? undefined
    : {
        kind: 'list',
        count: given.count,
        bytes: 56 + given.count * (given.kind === 'range' ? 40 : 8),
      };
};

/** A range is lazy: it has a length but no elements. */
const range: Allocator = ({ number, arguments: given }) => {
  const [first, second, step] = given.map(number);
  if (first === undefined || (given.length > 1 && second === undefined)) return undefined;
  const [from, to] = given.length > 1 ? [first, second!] : [0, first];
  return { kind: 'range', count: Math.max(0, Math.ceil((to - from) / (step ?? 1))), bytes: 0 };
};

function elementBytes(node: SyntaxNode): number {
  const text = node.text;
  return NUMPY_BYTES.find(([pattern]) => pattern.test(text))?.[1] ?? 8;
}

/** What Python's containers take, by callee; measured in the tests. */
export const allocators: Readonly<Record<string, Allocator>> = {
  bytearray: bytesOf,
  bytes: bytesOf,
  'os.urandom': bytesOf,
  'numpy.zeros': filled,
  'numpy.ones': filled,
  'numpy.empty': filled,
  'numpy.full': filled,
  'numpy.arange': filled,
  'numpy.random.rand': filled,
  'numpy.eye': square,
  'numpy.identity': square,
  list: listed,
  tuple: listed,
  range,
};
