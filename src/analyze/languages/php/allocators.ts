import type { Allocator, SizeQuestion } from '#analyze/features/sizes/allocator.ts';
import { powerOfTwoFor } from '#analyze/features/sizes/memory-model.ts';

/** PHP 8.2 and later keep 16 bytes for each place of a packed array, in powers of two. */
const HEADER = 56;
const PLACE = 16;

function packed(count: number | undefined) {
  if (count === undefined) return undefined;
  return { kind: 'list', count, bytes: HEADER + PLACE * powerOfTwoFor(count, 1) };
}

/** `array_fill(0, n, x)` */
const filled: Allocator = ({ number, arguments: [, count] }) => packed(number(count));

const padded: Allocator = ({ number, arguments: [, count] }) => packed(number(count));

/** `range(1, n, step)` is made at once, unlike Python's. */
const range: Allocator = ({ number, arguments: [from, to, step] }) => {
  const [first, last] = [number(from), number(to)];
  if (first === undefined || last === undefined) return undefined;
  const by = Math.abs(step === undefined ? 1 : (number(step) ?? Number.NaN));
  return Number.isNaN(by) ? undefined : packed(Math.floor(Math.abs(last - first) / by) + 1);
};

const repeated: Allocator = ({ number, size, arguments: [part, times] }: SizeQuestion) => {
  const [length, count] = [size(part)?.count, number(times)];
  if (length === undefined || count === undefined) return undefined;
  return { kind: 'string', count: length * count, bytes: 24 + length * count };
};

const fixed: Allocator = ({ number, arguments: [size] }) => {
  const count = number(size);
  return count === undefined ? undefined : { kind: 'array', count, bytes: HEADER + PLACE * count };
};

/** What PHP's arrays take. */
export const allocators: Readonly<Record<string, Allocator>> = {
  array_fill: filled,
  array_pad: padded,
  range,
  str_repeat: repeated,
  SplFixedArray: fixed,
};
