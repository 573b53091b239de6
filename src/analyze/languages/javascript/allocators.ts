import type { Allocator, SizeQuestion } from '#analyze/features/sizes/size-of.ts';

function typed(elementBytes: number, kind: string): Allocator {
  return ({ number, size, arguments: [first] }: SizeQuestion) => {
    const count = number(first) ?? size(first)?.count;
    return count === undefined ? undefined : { kind, count, bytes: count * elementBytes };
  };
}

const filledOrMapped: Allocator = ({ size, node }) => {
  const receiver = size(node.child('callee')?.child('object'));
  return receiver;
};

/** What JavaScript's containers take, by callee; measured in the tests. */
export const allocators: Readonly<Record<string, Allocator>> = {
  Array: typed(8, 'array'),
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
  'Array().fill': filledOrMapped,
};
