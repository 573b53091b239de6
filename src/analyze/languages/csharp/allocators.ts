import type { Allocator } from '#analyze/features/sizes/allocator.ts';
import { widthOf } from '#analyze/languages/native-widths.ts';

const HEADER = 24;
const CHARACTER = 2;

/** `new int[1000]`, `new int[10, 20]`; `new byte[7][]` is an array of references. */
const array: Allocator = ({ node, number }) => {
  const [type, ...sides] = node.children.filter(({ role }) => role !== 'list');
  const isJagged = /\]\s*\[\s*\]/.test(node.text);
  const count = sides.map(number).reduce<number>((total, side) => total * (side ?? Number.NaN), 1);
  if (sides.length === 0 || Number.isNaN(count)) return undefined;
  const width = isJagged ? 8 : type?.text === 'char' ? CHARACTER : widthOf(type?.text);
  return { kind: 'array', count, bytes: HEADER + count * width };
};

/** `new List<int>(5)` reserves as much. */
const reserved: Allocator = ({ node, number, arguments: [capacity] }) => {
  const count = capacity === undefined ? 0 : number(capacity);
  const type = /<\s*(\w+)\s*>/.exec(node.text)?.[1];
  return count === undefined
    ? undefined
    : { kind: 'list', count, bytes: 32 + HEADER + count * widthOf(type) };
};

/** What C#'s arrays and lists take. */
export const allocators: Readonly<Record<string, Allocator>> = {
  '[]': array,
  ...Object.fromEntries(
    ['int', 'long', 'double', 'string', 'byte', 'bool', 'char', 'float', 'object'].map((type) => [
      `List<${type}>`,
      reserved,
    ]),
  ),
};
