import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf } from './callee.ts';
import type { Unit } from './unit.ts';

/** The name or literal of the file that a variable stands for: `with open(path) as f`, `f = open(path)`. */
export function openedAs(name: string, from: SyntaxNode, unit: Unit): SyntaxNode | undefined {
  for (let around = from.parent; around !== undefined; around = around.parent) {
    if (around.role !== 'with') continue;
    const at = around.children.findIndex((child) => child.role === 'name' && child.text === name);
    const file = at < 1 ? undefined : fileOf(around.children[at - 1]);
    if (file !== undefined) return file;
  }
  const [only, ...more] = unit.assignments.get(name) ?? [];
  return more.length > 0 ? undefined : fileOf(only?.value);
}

/** What `open(path)` opens. */
export function fileOf(call: SyntaxNode | undefined): SyntaxNode | undefined {
  const isOpening =
    call?.role === 'call' && /^(io\.|codecs\.)?open$/.test(call.child('callee')?.text ?? '');
  return isOpening ? argumentsOf(call)[0] : undefined;
}
