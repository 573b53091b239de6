import type { Call } from '#analyze/features/survey.ts';
import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';

const BRANCHES: ReadonlySet<Role> = new Set(['if', 'elseif', 'case', 'conditional', 'catch']);
const IS_MAIN = /__name__|require\.main|import\.meta/;

/** On one of several paths. What stands in a condition runs in any case; so does what runs when the file is the program. */
export function isConditional({ node, unit }: Pick<Call, 'node' | 'unit'>): boolean {
  let from = node;
  for (let around = node.parent; around !== undefined; from = around, around = around.parent) {
    if (around === unit.node) return false;
    if (!BRANCHES.has(around.role) || from.slot === 'condition') continue;
    if (!isMainGuard(around)) return true;
  }
  return false;
}

/** `if __name__ == '__main__':` */
export function isMainGuard(node: SyntaxNode): boolean {
  return node.role === 'if' && IS_MAIN.test(node.child('condition')?.text.slice(0, 80) ?? '');
}
