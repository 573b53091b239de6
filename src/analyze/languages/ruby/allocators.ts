import type { Allocator } from '#analyze/features/sizes/allocator.ts';

const HEADER = 40;
const SLOT = 8;

/** `Array.new(n)`, `Array.new(n, 0)`; a block makes each element anew: `Array.new(n) { [0] * m }`. */
const array: Allocator = ({ number, element, size, arguments: [length, second] }) => {
  const count = length === undefined ? 0 : (number(length) ?? size(length)?.count);
  if (count === undefined) return undefined;
  const body =
    second?.role === 'closure' ? (second.child('body') ?? second.children.at(-1)) : undefined;
  const made = body?.role === 'block' ? body.children.at(-1) : body;
  return { kind: 'list', count, bytes: HEADER + count * (SLOT + element(made)) };
};

/** What Ruby's arrays take. */
export const allocators: Readonly<Record<string, Allocator>> = { 'Array.new': array };
