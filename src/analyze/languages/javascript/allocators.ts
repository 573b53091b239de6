import { argumentsOf } from '#analyze/features/callee.ts';
import type { Allocator } from '#analyze/features/sizes/allocator.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

function typed(elementBytes: number, kind: string): Allocator {
  return ({ number, size, arguments: [first] }) => {
    const count = number(first) ?? size(first)?.count;
    return count === undefined ? undefined : { kind, count, bytes: count * elementBytes };
  };
}

const array: Allocator = ({ number, memory, arguments: [first] }) => {
  const count = number(first);
  return count === undefined
    ? undefined
    : { kind: 'list', count, bytes: memory.table('list', count) };
};

/** `Array.from({ length: n }, (_, i) => …)` makes n elements. */
const from: Allocator = ({ number, size, memory, element, arguments: [source, make] }) => {
  const length =
    source?.role === 'dict'
      ? source.children.find((child) => child.child('key')?.text === 'length')
      : undefined;
  const count = length === undefined ? size(source)?.count : number(length.child('value'));
  if (count === undefined) return undefined;
  return {
    kind: 'list',
    count,
    bytes: memory.table('list', count) + count * element(resultOf(make)),
  };
};

/** `.fill(x)` keeps the array; `.map(f)` makes a second one of the same length. */
const filled: Allocator = ({ size, node }) => size(receiverOf(node));

const mapped: Allocator = ({ size, memory, element, node, arguments: [make] }) => {
  const base = size(receiverOf(node));
  if (base === undefined) return undefined;
  return {
    kind: 'list',
    count: base.count,
    bytes: memory.table('list', base.count) + base.count * element(resultOf(make)),
  };
};

const collection =
  (kind: 'set' | 'dict'): Allocator =>
  ({ size, memory, arguments: [first] }) => {
    const base = first === undefined ? { count: 0 } : size(first);
    return base === undefined
      ? undefined
      : { kind, count: base.count, bytes: memory.table(kind, base.count) };
  };

function receiverOf(call: SyntaxNode): SyntaxNode | undefined {
  return call.child('callee')?.child('object');
}

/** What a closure gives back, where it is one expression. */
function resultOf(closure: SyntaxNode | undefined): SyntaxNode | undefined {
  if (closure?.role !== 'closure') return undefined;
  const body = closure.child('body');
  if (body?.role !== 'block') return body;
  const last = body.children.at(-1);
  return last?.role === 'return' ? (last.children[0] ?? argumentsOf(last)[0]) : undefined;
}

/** What JavaScript's containers take, by callee; measured in the tests. */
export const allocators: Readonly<Record<string, Allocator>> = {
  Array: array,
  'Array.from': from,
  '.fill': filled,
  '.map': mapped,
  Set: collection('set'),
  Map: collection('dict'),
  ArrayBuffer: typed(1, 'buffer'),
  SharedArrayBuffer: typed(1, 'buffer'),
  'Buffer.alloc': typed(1, 'buffer'),
  'Buffer.allocUnsafe': typed(1, 'buffer'),
  Uint8Array: typed(1, 'typed array'),
  Int8Array: typed(1, 'typed array'),
  Uint8ClampedArray: typed(1, 'typed array'),
  Uint16Array: typed(2, 'typed array'),
  Int16Array: typed(2, 'typed array'),
  Uint32Array: typed(4, 'typed array'),
  Int32Array: typed(4, 'typed array'),
  Float32Array: typed(4, 'typed array'),
  Float64Array: typed(8, 'typed array'),
  BigInt64Array: typed(8, 'typed array'),
  BigUint64Array: typed(8, 'typed array'),
};
