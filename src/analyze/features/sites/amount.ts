import type { SizeFactor } from '#model/site.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf } from '#analyze/features/callee.ts';
import { quantityOf } from '#analyze/features/live-quantity.ts';
import { argumentIn, sourceOf, type SiteContext } from './site-context.ts';

/** A number of elements: `2 * n * m` is 2, times n, times m. */
export type Amount = { readonly factor: number; readonly times: readonly SizeFactor[] };

/** Sizes are estimates: what is added to them does not matter, unless it may be most of them. */
const LARGEST_IGNORED = 1024;
const LARGEST_POWER = 4;
const MOST_STEPS = 12;

export function amountOf(
  node: SyntaxNode | undefined,
  context: SiteContext,
  steps = 0,
): Amount | undefined {
  if (node === undefined || steps > MOST_STEPS) return undefined;
  const known = constantOf(node, context);
  if (known !== undefined) return { factor: known, times: [] };
  const argument = argumentIn(node);
  if (argument !== undefined) return { factor: 1, times: [{ argument }] };
  const given = node.role === 'name' ? beforeTheRun(node.text, context, steps + 1) : undefined;
  if (given !== undefined) return given;
  if (node.role === 'binary') return ofBinary(node, context, steps + 1);
  if (
    node.role === 'call' &&
    /^(int|Number|parseInt|round)$/.test(node.child('callee')?.text ?? '')
  )
    return amountOf(argumentsOf(node)[0], context, steps + 1);
  const quantity = quantityOf(node, context);
  return typeof quantity === 'object' ? { factor: 1, times: [quantity] } : undefined;
}

/** A name that stands for constants and arguments: better than the name, which is read too late. */
function beforeTheRun(name: string, context: SiteContext, steps: number): Amount | undefined {
  const source = sourceOf(name, context);
  if (source === undefined) return undefined;
  const amount = amountOf(source.node, { ...context, unit: source.unit }, steps);
  return amount?.times.every((factor) => 'argument' in factor) ? amount : undefined;
}

function constantOf(node: SyntaxNode, { values, unit }: SiteContext): number | undefined {
  return node.role === 'string' ? undefined : values.of(node, unit).constant;
}

function ofBinary(node: SyntaxNode, context: SiteContext, steps: number): Amount | undefined {
  const left = amountOf(node.children[0], context, steps);
  const right = amountOf(node.children[1], context, steps);
  if (left === undefined || right === undefined) return undefined;
  const known = right.times.length === 0 ? right.factor : undefined;
  switch (node.operator) {
    case '*':
      return { factor: left.factor * right.factor, times: [...left.times, ...right.times] };
    case '/':
    case '//':
      return known ? { factor: left.factor / known, times: left.times } : undefined;
    case '<<':
      return known === undefined ? undefined : { ...left, factor: left.factor * 2 ** known };
    case '**':
      return known === undefined ? undefined : power(left, known);
    case '+':
    case '-':
      return sum(left, right);
    default:
      return undefined;
  }
}

function power({ factor, times }: Amount, exponent: number): Amount | undefined {
  if (!Number.isInteger(exponent) || exponent < 1 || exponent > LARGEST_POWER) return undefined;
  return {
    factor: factor ** exponent,
    times: Array.from({ length: exponent }, () => times).flat(),
  };
}

function sum(left: Amount, right: Amount): Amount | undefined {
  if (right.times.length === 0 && right.factor <= LARGEST_IGNORED) return left;
  return left.times.length === 0 && left.factor <= LARGEST_IGNORED ? right : undefined;
}
