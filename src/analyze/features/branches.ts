import type { SyntaxNode } from '#analyze/syntax/node.ts';

/** Calls on one path: the arms of a branch exclude each other, everything else adds up. */
export function branchesOf(node: SyntaxNode, calls: ReadonlySet<SyntaxNode>): number {
  if (node.role === 'if' || node.role === 'conditional' || node.role === 'switch')
    return branchArms(node, calls);
  let total = calls.has(node) ? 1 : 0;
  let ended = 0;
  for (const child of node.children) {
    const below = branchesOf(child, calls);
    // `if (…) return f(n / 2); return f(n - 1);` never makes both calls.
    if (below > 0 && endsWithReturn(child)) ended = Math.max(ended, total + below);
    else total += below;
  }
  return Math.max(total, ended);
}

function branchArms(node: SyntaxNode, calls: ReadonlySet<SyntaxNode>): number {
  let condition = 0;
  const arms = new Map<string, number>();
  node.children.forEach((child, at) => {
    const below = branchesOf(child, calls);
    if (child.slot === 'condition') condition += below;
    else {
      const arm =
        child.slot === 'none' || child.slot === 'alternative' ? `${child.slot}${at}` : child.slot;
      arms.set(arm, (arms.get(arm) ?? 0) + below);
    }
  });
  return condition + Math.max(0, ...arms.values());
}

function endsWithReturn(node: SyntaxNode): boolean {
  if (node.role !== 'if') return false;
  const body = node.child('consequence');
  const last = body?.role === 'block' ? body.children.at(-1) : body;
  return last?.role === 'return' || last?.role === 'throw';
}
