import type { LiveQuantity } from '#model/live-quantity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { numberOf } from './bounds/arithmetic.ts';
import type { Values } from './bounds/values.ts';
import { argumentsOf } from './callee.ts';
import type { Unit } from './unit.ts';

export type Standpoint = { readonly unit: Unit; readonly values: Values };

/** Longer ones are expressions that nobody could read off a running program. */
const LONGEST = 120;
const PATH = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;
const LENGTHS = /^(length|size|count)$/i;

/**
 * What a probe can read: `n`, `self.size`, `len(rows)`, `rows.length`; what is constant, evaluated.
 * One round more or less is no matter (`n - 1` is n), more is.
 */
export function quantityOf(
  node: SyntaxNode | undefined,
  standpoint: Standpoint,
): LiveQuantity | undefined {
  if (node === undefined) return undefined;
  if (node.role === 'number') return numberOf(node.text);
  const length = lengthOf(node);
  if (length !== undefined) return { length };
  const path = pathOf(node);
  if (path !== undefined) return { name: path };
  const evaluated = standpoint.values.of(node, standpoint.unit).constant;
  if (evaluated !== undefined) return evaluated;
  const inner = isOneBeside(node) ? node.children[0] : convertedBy(node);
  return inner === undefined ? undefined : quantityOf(inner, standpoint);
}

/** `rows`, `self.rows`: what has a name while the program runs. */
export function pathOf({ role, text }: SyntaxNode): string | undefined {
  const isPlain = (role === 'name' || role === 'member') && text.length <= LONGEST;
  return isPlain && PATH.test(text) ? text : undefined;
}

function lengthOf(node: SyntaxNode): string | undefined {
  const callee = node.child('callee');
  if (node.role === 'call' && callee?.text === 'len') return namedArgument(node);
  const owner = node.role === 'call' ? (callee?.role === 'member' ? callee : node) : node;
  const property = owner.child('property') ?? (owner === node ? callee : undefined);
  const object = owner.child('object');
  if (object === undefined || property === undefined || argumentsOf(node).length > 0)
    return undefined;
  // `rows.length` in JavaScript and Java's arrays, `rows.size()` elsewhere; `self.size` is a number.
  const says = node.role === 'call' ? LENGTHS.test(property.text) : property.text === 'length';
  return says ? pathOf(object) : undefined;
}

function namedArgument(call: SyntaxNode): string | undefined {
  const [only, ...more] = argumentsOf(call);
  return only === undefined || more.length > 0 ? undefined : pathOf(only);
}

function isOneBeside({ role, operator, children }: SyntaxNode): boolean {
  const isSum = role === 'binary' && (operator === '-' || operator === '+');
  return isSum && children[1]?.role === 'number' && numberOf(children[1].text) <= 1;
}

/** `int(n)`, `Number(n)`. */
function convertedBy(node: SyntaxNode): SyntaxNode | undefined {
  const isConversion =
    node.role === 'call' &&
    /^(int|Number|Math\.floor|round)$/.test(node.child('callee')?.text ?? '');
  return isConversion ? argumentsOf(node)[0] : undefined;
}
