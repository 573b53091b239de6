import type { Allocator, SizeQuestion } from '#analyze/features/sizes/allocator.ts';
import { widthOf } from '#analyze/languages/native-widths.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';

const VEC_HEADER = 24;

/**
 * `vec![x; n]`. Macros hold plain tokens, so a table `vec![vec![x; m]; n]` has the inner count before
 * the outer one, with a name `vec` in front of each inner list.
 */
const vec: Allocator = ({ node, number }) => {
  if (!/^vec!\s*[[({].*;/s.test(node.text)) return undefined;
  const tokens = node.children.filter(({ slot }) => slot !== 'callee');
  const inner = tokens.filter(({ text }) => text === 'vec').length;
  const values = tokens.filter(({ text }) => text !== 'vec');
  const sides = values.slice(1).map(number).reverse();
  if (sides.length !== inner + 1 || sides.some((side) => side === undefined)) return undefined;
  return nested(sides as number[], elementBytes(values[0]));
};

/** Outermost first: every list but the innermost holds the headers of lists. */
function nested(sides: readonly number[], width: number) {
  let bytes = VEC_HEADER;
  let count = 1;
  sides.forEach((side, at) => {
    count *= side;
    bytes += count * (at === sides.length - 1 ? width : VEC_HEADER);
  });
  return { kind: 'list', count, bytes };
}

const withCapacity: Allocator = ({ number, node, arguments: [capacity] }) => {
  const count = number(capacity);
  const type = /Vec<\s*([\w&*]+)\s*>/.exec(node.parent?.text ?? '')?.[1];
  return count === undefined
    ? undefined
    : { kind: 'list', count, bytes: VEC_HEADER + count * widthOf(type) };
};

const text: Allocator = ({ number, arguments: [capacity] }) => {
  const count = number(capacity);
  return count === undefined ? undefined : { kind: 'string', count, bytes: count };
};

/** `[0i32; 100]` */
const array: Allocator = ({ node, number }: SizeQuestion) => {
  const count = number(node.child('size'));
  return count === undefined
    ? undefined
    : { kind: 'array', count, bytes: count * elementBytes(node.children[0]) };
};

/** `0u8` says its width; without one, integers are i32 and fractions f64. */
function elementBytes(node: SyntaxNode | undefined): number {
  if (node?.role === 'boolean') return 1;
  if (node?.role !== 'number') return 8;
  const suffix = /(?:[iu](?:8|16|32|64|128|size)|f32|f64)$/.exec(node.text)?.[0];
  return widthOf(suffix ?? (node.text.includes('.') ? 'f64' : 'i32'));
}

/** What Rust's vectors and arrays take. */
export const allocators: Readonly<Record<string, Allocator>> = {
  vec,
  'Vec.with_capacity': withCapacity,
  'String.with_capacity': text,
  '[]': array,
};
