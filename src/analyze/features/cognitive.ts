import type { Role, SyntaxNode } from '#analyze/syntax/node.ts';

const STRUCTURES: ReadonlySet<Role> = new Set([
  'conditional',
  'switch',
  'for',
  'each',
  'while',
  'dowhile',
  'forever',
  'catch',
]);
const FUNCTIONS: ReadonlySet<Role> = new Set(['function', 'closure']);

/**
 * Cognitive complexity (G. Ann Campbell, Cognitive Complexity, SonarSource, version 1.7):
 * +1 for each break in the linear flow, +1 more for each level it is nested in, +1 for each run of
 * one boolean operator. Nested functions belong to the function around them, one level deeper.
 */
export function cognitive(node: SyntaxNode): number {
  return node.children.reduce((total, child) => total + scoreOf(child, 0), 0);
}

function scoreOf(node: SyntaxNode, nesting: number): number {
  if (node.role === 'if')
    return isElseIf(node) ? ifParts(node, nesting, 1) : ifParts(node, nesting, 1 + nesting);
  if (node.role === 'elseif') return 1 + below(node, nesting, nesting + 1);
  if (node.role === 'else') return elseScore(node, nesting);
  if (STRUCTURES.has(node.role)) return 1 + nesting + below(node, nesting, nesting + 1);
  if (FUNCTIONS.has(node.role)) return below(node, nesting + 1, nesting + 1);
  if (node.role === 'logical') return Number(startsRun(node)) + below(node, nesting, nesting);
  if (node.role === 'goto') return 1;
  if ((node.role === 'break' || node.role === 'continue') && isLabelled(node)) return 1;
  return below(node, nesting, nesting);
}

/** Conditions stay at the level of their statement; what they guard is one deeper. */
function below(node: SyntaxNode, outer: number, inner: number): number {
  let total = 0;
  for (const child of node.children)
    total += scoreOf(child, child.slot === 'condition' ? outer : inner);
  return total;
}

function ifParts(node: SyntaxNode, nesting: number, own: number): number {
  let total = own;
  for (const child of node.children) {
    const continues =
      child.role === 'else' ||
      child.role === 'elseif' ||
      (child.role === 'if' && child.slot === 'alternative');
    if (child.slot === 'condition' || continues) total += scoreOf(child, nesting);
    else if (child.slot === 'alternative') total += 1 + scoreOf(child, nesting + 1);
    else total += scoreOf(child, nesting + 1);
  }
  return total;
}

function isElseIf(node: SyntaxNode): boolean {
  return (
    node.parent?.role === 'else' || (node.parent?.role === 'if' && node.slot === 'alternative')
  );
}

/** `else if` is one step, not two; the `else` of a loop or a try is none. */
function elseScore(node: SyntaxNode, nesting: number): number {
  const [only] = node.children;
  if (node.children.length === 1 && only!.role === 'if') return scoreOf(only!, nesting);
  const own = node.parent?.role === 'if' || node.parent?.role === 'elseif' ? 1 : 0;
  return own + below(node, nesting + 1, nesting + 1);
}

/** `a && b && c` is one run; `a && b || c` are two. */
function startsRun(node: SyntaxNode): boolean {
  return node.parent?.role !== 'logical' || node.parent.operator !== node.operator;
}

function isLabelled(node: SyntaxNode): boolean {
  return /\s\w+/.test(node.text);
}
