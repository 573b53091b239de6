import type { Allocator, SizeQuestion } from '#analyze/features/sizes/allocator.ts';
import { widthOf } from '#analyze/languages/native-widths.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const SLICE_HEADER = 24;
const STRING_HEADER = 16;

/** `make([]int, length, capacity)`, `make(map[string]int, size)`, `make(chan T, size)`. */
const make: Allocator = ({ number, memory, arguments: [type, ...sizes] }) => {
  const count = sizes.length === 0 ? 0 : number(sizes.at(-1));
  if (count === undefined || type === undefined) return undefined;
  if (/^map\b/.test(type.text)) return { kind: 'dict', count, bytes: memory.table('dict', count) };
  return { kind: 'list', count, bytes: SLICE_HEADER + count * elementBytes(elementOf(type.text)) };
};

/** `var grid [100][20]int64` */
const array: Allocator = ({ node, number }) => {
  const count = sideProduct(node, number);
  if (count === undefined) return undefined;
  const element = node.text.replace(/^(\[[^\]]*\]\s*)+/, '');
  return { kind: 'array', count, bytes: count * elementBytes(element) };
};

function sideProduct(node: SyntaxNode, number: SizeQuestion['number']): number | undefined {
  let count = 1;
  for (
    let side: SyntaxNode | undefined = node;
    side !== undefined;
    side = side.children.find((each) => each.role === 'array')
  )
    count *= number(side.child('size')) ?? Number.NaN;
  return Number.isNaN(count) ? undefined : count;
}

/** `[]int` → int, `chan bool` → bool. */
function elementOf(type: string): string {
  return type.replace(/^(\[\]|(<-)?chan(<-)?\s*)/, '');
}

/** Go's int has 8 bytes, unlike C's. */
function elementBytes(type: string): number {
  if (type.startsWith('[]')) return SLICE_HEADER;
  if (type === 'string') return STRING_HEADER;
  return /^u?int$/.test(type) ? 8 : widthOf(type);
}

/** What Go's make and arrays take. */
export const allocators: Readonly<Record<string, Allocator>> = { make, '[]': array };
