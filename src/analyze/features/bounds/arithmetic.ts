import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { CONSTANT, EXPONENTIAL, larger, times, type Growth } from './growth.ts';

/** What is known of an expression: its value where it is constant, else how it grows with input. */
export type Value = {
  readonly constant?: number;
  readonly growth: Growth;
  /** A container that is added to: its constant is the most elements that it can have. */
  readonly isMost?: true;
};

export function constant(value: number): Value {
  return { constant: value, growth: CONSTANT };
}

export function largestOf(values: readonly Value[]): Value {
  return { growth: values.reduce((most, value) => larger(most, value.growth), CONSTANT) };
}

export function product(a: Value, b: Value): Value {
  if (a.constant !== undefined && b.constant !== undefined)
    return constant(a.constant * b.constant);
  return { growth: times(a.growth, b.growth) };
}

/** Longer ones are beyond every number that means a size. */
const LONGEST_NUMBER = 400;

export function numberOf(text: string): number {
  if (text.length > LONGEST_NUMBER) return Number.POSITIVE_INFINITY;
  const plain = text.replaceAll(/[_']/g, '').replace(/(?<![xX].*)[nLlfFdDuU]+$/, '');
  const value = Number(/^0\d+$/.test(plain) ? `0o${plain}` : plain);
  return Number.isNaN(value) ? Number.parseFloat(plain) || 0 : value;
}

export function fold(
  operator: string,
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '%':
      return left % right;
    case '**':
      return left ** right;
    case '<<':
      return left * 2 ** right;
    case '>>':
      return Math.floor(left / 2 ** right);
    default:
      return undefined;
  }
}

export function combine(operator: string, left: Value, right: Value): Growth {
  const [a, b] = [left.growth, right.growth];
  if (operator === '*') return times(a, b);
  if (operator === '**' || operator === '<<')
    return right.constant === undefined && b.poly > 0
      ? EXPONENTIAL
      : operator === '<<'
        ? a
        : { ...a, poly: a.poly * (right.constant ?? 1) };
  if (operator === '%' || operator === '&') return right.constant === undefined ? b : CONSTANT;
  if (operator === '/' || operator === '//' || operator === '>>') return a;
  return larger(a, b);
}

/** Where input has this size, what grows with it is about so much. */
export function amountAt({ poly, log, exponential }: Growth, inputSize: number): number {
  return exponential ? 2 ** inputSize : inputSize ** poly * Math.log2(inputSize) ** log;
}

/** `#define N (1 << 20)`: numbers and operators only; a larger macro is not evaluated. */
export function macroValue(text: string): number | undefined {
  const [, left, operator, right] =
    /^\(?\s*([\w.]+)\s*(?:(\+|-|\*|<<)\s*([\w.]+)\s*)?\)?$/.exec(text.trim()) ?? [];
  if (left === undefined || !/^\d/.test(left)) return undefined;
  if (operator === undefined || right === undefined) return numberOf(left);
  return /^\d/.test(right) ? fold(operator, numberOf(left), numberOf(right)) : undefined;
}

/** The shell writes `i < n` without a dollar sign where it calculates. */
export function isVariable({ type, text, parent }: SyntaxNode): boolean {
  const isCalculated = parent?.role === 'compare' || parent?.role === 'binary';
  return type === 'word' && isCalculated && /^[A-Za-z_]\w*$/.test(text);
}
