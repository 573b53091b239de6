import type { Allocator } from '#analyze/features/sizes/allocator.ts';
import { widthOf } from '#analyze/languages/native-widths.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** `malloc(n * sizeof(int))`: the bytes, sizeof included. */
const bytes: Allocator = ({ number, arguments: given }) => block(product(given.at(-1), number));

/** `calloc(n, sizeof(int))`, `aligned_alloc` takes one size. */
const cleared: Allocator = ({ number, arguments: [count, each] }) =>
  block(product(count, number) * product(each, number));

/** `int table[100][50];` */
const declared: Allocator = ({ node, number }) => {
  let count = 1;
  for (
    let array: SyntaxNode | undefined = node;
    array?.role === 'array';
    array = array.child('left')
  )
    count *= number(array.child('size')) ?? Number.NaN;
  if (Number.isNaN(count)) return undefined;
  const type = (node.parent?.child('type') ?? node.parent?.parent?.child('type'))?.text;
  return { kind: 'array', count, bytes: count * widthOf(type) };
};

type Evaluate = (node: SyntaxNode | undefined) => number | undefined;

/** Factors one by one, so that `sizeof` may stand among them. */
function product(node: SyntaxNode | undefined, number: Evaluate): number {
  if (node === undefined) return Number.NaN;
  if (node.operator === 'sizeof') return widthOf(node.children[0]?.text ?? sizeofText(node));
  if (node.role === 'cast') return product(node.child('value') ?? node.children.at(-1), number);
  if (node.role === 'binary' && node.operator === '*')
    return node.children.reduce((total, factor) => total * product(factor, number), 1);
  return number(node) ?? Number.NaN;
}

function sizeofText({ text }: SyntaxNode): string {
  return text.replaceAll(/^sizeof\s*\(?|\)$/g, '');
}

function block(size: number) {
  return Number.isNaN(size) ? undefined : { kind: 'memory', count: size, bytes: size };
}

/** What C's allocations and arrays take. */
export const allocators: Readonly<Record<string, Allocator>> = {
  malloc: bytes,
  realloc: bytes,
  alloca: bytes,
  aligned_alloc: bytes,
  calloc: cleared,
  'std.malloc': bytes,
  'std.calloc': cleared,
  '[]': declared,
};
