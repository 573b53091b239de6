import type { LiveBound, LiveQuantity } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { conditionOf } from './loop-parts.ts';

/** Longer ones are expressions that nobody could read off a running program. */
const LONGEST = 200;

/**
 * How a probe can tell how far a loop has come, while it runs: by a variable against a bound that can
 * both be read, or by the place of an element in its container. Undefined where it cannot.
 */
export function liveBoundOf(loop: SyntaxNode): LiveBound | undefined {
  if (loop.role === 'each') return overEach(loop);
  if (loop.role !== 'for' && loop.role !== 'while') return undefined;
  const condition = conditionOf(loop)?.text ?? '';
  if (condition.length > LONGEST) return undefined;
  const [, variable, to] = /^\(?\s*(\w+)\s*<=?\s*([^<>=&|]+?)\s*\)?$/.exec(condition) ?? [];
  const bound = to === undefined ? undefined : quantityOf(to);
  if (variable === undefined || bound === undefined) return undefined;
  const from = startOf(loop, variable);
  return { kind: loop.role === 'while' ? 'while' : 'range', variable, from, to: bound, step: 1 };
}

function overEach(loop: SyntaxNode): LiveBound | undefined {
  const variable = loop.child('variable')?.text.replace(/^(?:const|let|var)\s+/, '') ?? '';
  const iterable = loop.child('iterable')?.text.trim() ?? '';
  if (variable.length > LONGEST || iterable.length > LONGEST) return undefined;
  const [, counter] = /^\(?(\w+)\s*,/.exec(variable) ?? [];
  const [, numbered] = /^enumerate\(([\w.]+)\)$/.exec(iterable) ?? [];
  if (counter !== undefined && numbered !== undefined)
    return { kind: 'range', variable: counter, from: 0, to: { length: numbered }, step: 1 };
  if (!/^\w+$/.test(variable)) return undefined;
  const [, given] = /^x?range\((.*)\)$/s.exec(iterable) ?? [];
  if (given !== undefined) return overRange(variable, given);
  return /^[A-Za-z_$][\w$.]*$/.test(iterable)
    ? { kind: 'each', variable, over: iterable }
    : undefined;
}

/** `range(n)`, `range(1, n)`, `range(0, len(rows), 2)`. */
function overRange(variable: string, given: string): LiveBound | undefined {
  const parts = given.split(',').map((part) => quantityOf(part.trim()));
  const [first, second, step = 1] = parts;
  if (parts.length > 3 || parts.some((part) => part === undefined) || first === undefined)
    return undefined;
  const [from, to] = second === undefined ? [0, first] : [first, second];
  return { kind: 'range', variable, from, to, step };
}

/** `10`, `1_000`, `10 ** 6`, `n`, `self.size`, `len(rows)`, `rows.length`; one more or less is no matter. */
function quantityOf(text: string): LiveQuantity | undefined {
  const plain = text.replace(/\s*[-+]\s*\d+$/, '').trim();
  const [, base, exponent] = /^(\d[\d_]*)(?:\s*\*\*\s*(\d+))?$/.exec(plain) ?? [];
  if (base !== undefined)
    return Number(base.replaceAll('_', '')) ** (exponent === undefined ? 1 : Number(exponent));
  if (/^\d+(?:\.\d+)?e\d+$/.test(plain)) return Number(plain);
  const [, length] =
    /^(?:len\(([\w.]+)\)|([\w.]+)\.(?:length|size))$/.exec(plain)?.filter(Boolean) ?? [];
  if (length !== undefined) return { length };
  return /^[A-Za-z_$][\w$]*(?:\.[\w$]+)*$/.test(plain) ? { name: plain } : undefined;
}

/** Where the counter of a loop begins; 0 where its head does not say. */
function startOf(loop: SyntaxNode, variable: string): LiveQuantity {
  const text = loop.child('initializer')?.text ?? '';
  const [, from] = new RegExp(`\\b${variable}\\s*=\\s*([\\w.]+)`).exec(text) ?? [];
  return (from === undefined ? undefined : quantityOf(from)) ?? 0;
}
