import type { Allocator } from '#analyze/features/sizes/allocator.ts';

const BYTES: Readonly<Record<string, number>> = {
  byte: 1,
  boolean: 1,
  char: 2,
  short: 2,
  int: 4,
  float: 4,
  long: 8,
  double: 8,
};
const REFERENCE = 4;
const HEADER = 16;

/** `new int[1000][1000]`: one array of references and as many arrays of numbers. */
const array: Allocator = ({ node, number }) => {
  const sides = node.all('size').map(number);
  if (sides.length === 0 || sides.some((side) => side === undefined)) return undefined;
  const width = BYTES[node.child('type')?.text ?? ''] ?? REFERENCE;
  let bytes = 0;
  let arrays = 1;
  sides.forEach((side, at) => {
    bytes += arrays * (HEADER + side! * (at === sides.length - 1 ? width : REFERENCE));
    arrays *= side!;
  });
  return { kind: 'array', count: arrays, bytes };
};

/** What Java's arrays take; measured in the tests. */
export const allocators: Readonly<Record<string, Allocator>> = { '[]': array };
