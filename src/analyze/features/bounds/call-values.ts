import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, calleeName, lastPart } from '#analyze/features/callee.ts';
import { constant, type Value } from './arithmetic.ts';
import { CONSTANT, EXPONENTIAL, LINEAR, larger, logOf, rootOf } from './growth.ts';

type Of = (node: SyntaxNode | undefined) => Value;

/** What a library call gives, as far as its name and arguments say. */
export function callValue(node: SyntaxNode, imports: ReadonlyMap<string, string>, of: Of): Value {
  const name = calleeName(node, imports);
  const given = argumentsOf(node);
  const first = () => of(given[0]);
  const last = lastPart(name);
  if (/^(sqrt|isqrt|cbrt)$/.test(last)) return { growth: rootOf(first().growth) };
  if (/^(log|log2|log10|bit_length|bitCount|numberOfTrailingZeros)$/.test(last))
    return { growth: logOf(larger(first().growth, LINEAR)) };
  if (/^(str|bin|hex|toString|valueOf|toBinaryString)$/.test(last) && given.length > 0)
    return { growth: given[0]!.role === 'call' ? LINEAR : logOf(larger(first().growth, LINEAR)) };
  if (/^(combinations|permutations|product|combinations_with_replacement)$/.test(last))
    return selections(last, given, of);
  if (last === 'range' && given.length > 1 && isFixedSpan(given[0]!.text, given[1]!.text))
    return constant(Number(/\d+\s*$/.exec(given[1]!.text)?.[0] ?? 1));
  if (/^(min)$/i.test(last) && given.length > 1) return least(given, of);
  if (
    /^(range|len|int|abs|ceil|floor|round|float|list|sorted|Math\.\w+|max|size|length|reversed|enumerate|parseInt|Number|BigInt|long|double)$/.test(
      last,
    ) &&
    given.length > 0
  )
    return given
      .map((each) => of(each))
      .reduce((most, value) =>
        value.constant !== undefined && most.constant !== undefined
          ? constant(Math.max(value.constant, most.constant))
          : { growth: larger(most.growth, value.growth) },
      );
  return { growth: LINEAR };
}

/** `combinations(a, 2)` are n², `combinations(a, k)` grow beyond every power. */
function selections(name: string, given: readonly SyntaxNode[], of: Of): Value {
  const size = given[1] === undefined ? undefined : of(given[1]).constant;
  const pool = of(given[0]);
  if (pool.constant !== undefined) return { growth: CONSTANT };
  return size === undefined || name === 'product'
    ? { growth: EXPONENTIAL }
    : { growth: { ...LINEAR, poly: size } };
}

function least(given: readonly SyntaxNode[], of: Of): Value {
  return given
    .map((each) => of(each))
    .reduce((smallest, value) => ({
      growth:
        larger(smallest.growth, value.growth) === value.growth ? smallest.growth : value.growth,
    }));
}

/** `range(s, s + 180)` spans 180, whatever s is. */
export function isFixedSpan(from: string, to: string): boolean {
  return to.startsWith(from) && /^\s*\+\s*\d+\s*$/.test(to.slice(from.length));
}
