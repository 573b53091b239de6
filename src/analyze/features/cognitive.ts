import type { CognitiveRules } from '#analyze/languages/language-spec.ts';
import type { Role, Slot, SyntaxNode } from '#analyze/syntax/node.ts';

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
/** Parts of a statement's head: they stay at its own level of nesting. */
const HEAD: ReadonlySet<Slot> = new Set([
  'condition',
  'initializer',
  'update',
  'iterable',
  'variable',
  'parameters',
]);

/** The published definition: nested functions add to the function around them, one level deeper. */
export const PUBLISHED_RULES: CognitiveRules = { nestedFunctions: 'add', uncountedOperators: [] };

/**
 * Cognitive complexity (G. Ann Campbell, Cognitive Complexity, SonarSource, version 1.7):
 * +1 for each break in the linear flow, +1 more for each level it is nested in, +1 for each run of
 * one boolean operator.
 */
export function cognitive(node: SyntaxNode, rules: CognitiveRules = PUBLISHED_RULES): number {
  let total = 0;
  for (const child of node.children) total += scoreOf(child, 0, rules);
  return total;
}

function scoreOf(node: SyntaxNode, nesting: number, rules: CognitiveRules): number {
  const { role } = node;
  if (role === 'if') return ifScore(node, nesting, rules);
  if (role === 'elseif') return 1 + below(node, nesting, nesting + 1, rules);
  if (role === 'else') return elseScore(node, nesting, rules);
  if (STRUCTURES.has(role)) return 1 + nesting + below(node, nesting, nesting + 1, rules);
  if (FUNCTIONS.has(role))
    return rules.nestedFunctions === 'own' ? 0 : below(node, nesting + 1, nesting + 1, rules);
  if (role === 'logical' && node.parent?.role !== 'logical')
    return runsIn(node, rules) + below(node, nesting, nesting, rules);
  if (role === 'goto') return 1;
  if ((role === 'break' || role === 'continue') && isLabelled(node)) return 1;
  return below(node, nesting, nesting, rules);
}

function below(node: SyntaxNode, outer: number, inner: number, rules: CognitiveRules): number {
  let total = 0;
  node.children.forEach((child, at) => {
    total += scoreOf(child, isHead(node, child, at) ? outer : inner, rules);
  });
  return total;
}

/** Python writes a conditional's condition in the middle: `a if c else b`. */
function isHead(node: SyntaxNode, child: SyntaxNode, at: number): boolean {
  if (HEAD.has(child.slot)) return true;
  return node.role === 'conditional' && at === 1 && child.slot === 'none';
}

/** `else if` is a step of its own, but no deeper. */
function ifScore(node: SyntaxNode, nesting: number, rules: CognitiveRules): number {
  let total = isElseIf(node) ? 1 : 1 + nesting;
  for (const child of node.children) {
    const continues =
      child.role === 'else' ||
      child.role === 'elseif' ||
      (child.role === 'if' && child.slot === 'alternative');
    if (HEAD.has(child.slot) || continues) total += scoreOf(child, nesting, rules);
    else if (child.slot === 'alternative') total += 1 + scoreOf(child, nesting + 1, rules);
    else total += scoreOf(child, nesting + 1, rules);
  }
  return total;
}

function isElseIf(node: SyntaxNode): boolean {
  return (
    node.parent?.role === 'else' || (node.parent?.role === 'if' && node.slot === 'alternative')
  );
}

/** `else if` is one step, not two; the `else` of a loop or a try is none. */
function elseScore(node: SyntaxNode, nesting: number, rules: CognitiveRules): number {
  const [only] = node.children;
  if (node.children.length === 1 && only!.role === 'if') return scoreOf(only!, nesting, rules);
  const own = node.parent?.role === 'if' || node.parent?.role === 'elseif' ? 1 : 0;
  return own + below(node, nesting + 1, nesting + 1, rules);
}

/** `a && b && c` is one run; `a && b || c && d` are three. */
function runsIn(node: SyntaxNode, { uncountedOperators }: CognitiveRules): number {
  let runs = 0;
  let previous = '';
  for (const operator of operatorsOf(node)) {
    if (operator !== previous && !uncountedOperators.includes(operator)) runs += 1;
    previous = operator;
  }
  return runs;
}

function operatorsOf(node: SyntaxNode): string[] {
  if (node.role !== 'logical') return [];
  const [left, right] = node.children;
  return [
    ...(left === undefined ? [] : operatorsOf(left)),
    node.operator,
    ...(right === undefined ? [] : operatorsOf(right)),
  ];
}

function isLabelled(node: SyntaxNode): boolean {
  return /\s\w+/.test(node.text);
}
