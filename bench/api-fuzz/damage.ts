import fc from 'fast-check';
import { text } from './values.ts';

/** Somewhere in the value something else than it was: nearly what the schema allows. */
export function damaged(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(values, fc.infiniteStream(fc.nat(1000)), odd()).map(([value, choices, other]) => {
    const choose = (count: number) => choices.next().value % count;
    return damage(value, choose, other);
  });
}

const odd = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 0, 1e308, 0.5, 2 ** 53, [], {}, [[[[]]]], '1'),
    fc.constant(undefined),
    text(),
    fc.jsonValue(),
  );

function damage(value: unknown, choose: (count: number) => number, other: unknown): unknown {
  if (typeof value !== 'object' || value === null || choose(4) === 0) return other;
  if (Array.isArray(value)) {
    const at = choose(value.length + 1);
    return value.toSpliced(at, 1, damage(value[at], choose, other));
  }
  const keys = Object.keys(value);
  const key = keys.length === 0 || choose(4) === 0 ? 'surprise' : keys[choose(keys.length)]!;
  return { ...value, [key]: damage((value as Record<string, unknown>)[key], choose, other) };
}
