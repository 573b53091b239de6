import type { RecursionKind } from '#model/complexity.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { CallGraph } from './call-graph.ts';
import { argumentsOf } from './callee.ts';
import { isWalkOfParts } from './parts.ts';
import { marksVisited } from './marking.ts';
import type { Call, Survey, Unit } from './survey.ts';

export type Recursion = {
  readonly kind: RecursionKind;
  /** How the argument that shrinks does so, where the calls show it. */
  readonly step: 'decrement' | 'halving' | 'unknown';
  /** Recursive calls that one activation can make on one path; 2 for naive Fibonacci. */
  readonly branches: number;
  /** A recursive call sits inside a loop: the number of branches depends on input. */
  readonly inLoop: boolean;
  readonly memoised: boolean;
  /** Every call goes on to a part of what was given: the structure is walked once. */
  readonly ofParts: boolean;
};

export const NO_RECURSION: Recursion = {
  kind: 'none',
  step: 'unknown',
  branches: 0,
  inLoop: false,
  memoised: false,
  ofParts: false,
};

export function recursionOf(unit: Unit, graph: CallGraph, { spec }: Survey): Recursion {
  const cycle = graph.cycles.get(unit);
  if (cycle === undefined) return NO_RECURSION;
  const calls = unit.calls.filter((call) => cycle.has(graph.targetOf.get(call)!));
  const branches = branchesOf(unit.node, new Set(calls.map((call) => call.node)));
  const inLoop = calls.some((call) => call.loopDepth > 0);
  return {
    kind: kindOf({ cycle, calls, branches, inLoop }),
    step: stepOf(calls),
    branches,
    inLoop,
    memoised: isMemoised(unit, spec.library.memo),
    ofParts: isWalkOfParts(calls),
  };
}

function kindOf(given: {
  cycle: ReadonlySet<Unit>;
  calls: readonly Call[];
  branches: number;
  inLoop: boolean;
}): RecursionKind {
  if (given.cycle.size > 1) return 'mutual';
  if (given.branches > 1 || given.inLoop) return 'branching';
  return given.calls.every((call) => isTail(call.node)) ? 'tail' : 'linear';
}

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

function isTail(call: SyntaxNode): boolean {
  const parent = call.parent;
  return (
    parent?.role === 'return' ||
    parent?.role === 'await' ||
    (parent?.role === 'closure' && call.slot === 'body')
  );
}

function stepOf(calls: readonly Call[]): Recursion['step'] {
  const text = calls.flatMap((call) => argumentsOf(call.node)).map((argument) => argument.text);
  if (text.some((each) => /(\/\/?|>>)\s*(2|1|3|4|10)\b|\bmid\b|\bm\b\s*[,+-]|%/.test(each)))
    return 'halving';
  // `find(parent[x])`: paths to a root are short once they are compressed or balanced.
  if (text.length > 0 && text.every((each) => /^[\w.]+\[[\w.]+\]$/.test(each))) return 'halving';
  if (text.some((each) => /[-+]\s*\w+/.test(each))) return 'decrement';
  return 'unknown';
}

function isMemoised(unit: Unit, memo: RegExp): boolean {
  if (
    decoratorsOf(unit.node).some((decorator) =>
      memo.test(decorator.text.replace(/^@/, '').replace(/\(.*/s, '')),
    )
  )
    return true;
  return marksVisited(unit);
}

/** Decorators stand before what they decorate. */
function decoratorsOf(node: SyntaxNode): SyntaxNode[] {
  const siblings = node.parent?.children ?? [];
  const decorators: SyntaxNode[] = [];
  for (let at = siblings.indexOf(node) - 1; siblings[at]?.role === 'decorator'; at -= 1)
    decorators.push(siblings[at]!);
  return decorators;
}
