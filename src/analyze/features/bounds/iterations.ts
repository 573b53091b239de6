import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { CONSTANT, LINEAR, LOG, ROOT, type Growth } from './growth.ts';
import type { Values } from './values.ts';

/** How often a loop runs, and why. */
export type Iterations = { readonly growth: Growth; readonly count?: number; readonly why: string };

export function iterationsOf(loop: SyntaxNode, unit: Unit, values: Values): Iterations {
  if (loop.role === 'each' || loop.role === 'comprehensionFor')
    return overIterable(loop.child('iterable'), unit, values);
  const condition = loop.child('condition');
  const changes = [...changesIn(loop, loop.child('condition'))];
  if (changes.some(isScaling)) return { growth: LOG, why: 'the loop variable is scaled each time' };
  if (condition !== undefined && isSquareBound(condition))
    return { growth: ROOT, why: 'runs while a square stays below n' };
  if (loop.role === 'for') return counted(condition, unit, values);
  return { growth: LINEAR, why: 'while loop over input' };
}

function overIterable(iterable: SyntaxNode | undefined, unit: Unit, values: Values): Iterations {
  const value = values.of(iterable, unit);
  if (value.constant !== undefined)
    return { growth: CONSTANT, count: value.constant, why: `${value.constant} times` };
  return { growth: value.growth, why: `over ${shortText(iterable)}` };
}

function counted(condition: SyntaxNode | undefined, unit: Unit, values: Values): Iterations {
  if (condition === undefined) return { growth: LINEAR, why: 'endless until it breaks' };
  const bound = condition.child('right') ?? condition.children.at(-1);
  const value = values.of(bound, unit);
  if (value.constant !== undefined && value.constant > 0)
    return { growth: CONSTANT, count: value.constant, why: `${value.constant} times` };
  return {
    growth: value.growth === CONSTANT ? LINEAR : value.growth,
    why: `while ${shortText(condition)}`,
  };
}

function* changesIn(node: SyntaxNode, condition: SyntaxNode | undefined): Generator<SyntaxNode> {
  const names = new Set(condition?.text.match(/[A-Za-z_]\w*/g) ?? []);
  const stack = [...node.children];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.role === 'assign' || next.role === 'augment') {
      const target = next.child('left')?.text;
      if (target !== undefined && names.has(target)) yield next;
    }
    stack.push(...next.children);
  }
}

/** `x //= 2`, `i *= 2`, `lo = mid + 1` beside `mid = (lo + hi) // 2`. */
function isScaling(change: SyntaxNode): boolean {
  if (change.role === 'augment') return /^(\*|\/|\/\/|>>|<<|>>>)=$/.test(change.operator);
  const target = change.child('left')?.text ?? '';
  const value = change.child('right')?.text ?? '';
  if (/\b(mid|middle|m|md|mi)\b/i.test(value)) return true;
  return new RegExp(`\\b${target.replaceAll(/\W/g, '')}\\b\\s*(\\*|/|//|>>)\\s*\\w`).test(value);
}

function isSquareBound(condition: SyntaxNode): boolean {
  return /\b(\w+)\s*\*\s*\1\b|\b\w+\s*\*\*\s*2\b/.test(condition.text);
}

export function shortText(node: SyntaxNode | undefined): string {
  const text = (node?.text ?? 'input').replaceAll(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
