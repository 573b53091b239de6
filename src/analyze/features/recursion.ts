import type { RecursionKind } from '#model/complexity.ts';
import { keptWithSource } from '#analyze/syntax/kept-with.ts';
import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { isScaled } from './bounds/scaled-round.ts';
import type { CallGraph } from './call-graph.ts';
import { argumentsOf } from './callee.ts';
import { branchesOf } from './branches.ts';
import { rememberedBy } from './function-names.ts';
import { marksVisited } from './marking.ts';
import type { Call, Survey, Unit } from './survey.ts';
import { circleOf, type Circle } from './walks.ts';

export type Recursion = {
  readonly kind: RecursionKind;
  /** How the argument that shrinks does so, where the calls show it. */
  readonly step: 'decrement' | 'halving' | 'unknown';
  /** Recursive calls that one activation can make on one path; 2 for naive Fibonacci. */
  readonly branches: number;
  /** Parameters that a call to itself counts up or down: `i + 1`. */
  readonly stepped: ReadonlySet<string>;
  /** A recursive call sits inside a loop: the number of branches depends on input. */
  readonly inLoop: boolean;
  readonly memoised: boolean;
  /** Every call goes on to a part of what was given: the structure is walked once. */
  readonly ofParts: boolean;
  /** A fixed bound on how deep it goes. */
  readonly mostLevels: number | undefined;
};

export const NO_RECURSION: Recursion = {
  kind: 'none',
  step: 'unknown',
  branches: 0,
  stepped: new Set(),
  inLoop: false,
  memoised: false,
  ofParts: false,
  mostLevels: undefined,
};

export function recursionOf(unit: Unit, graph: CallGraph, { spec }: Survey): Recursion {
  const members = graph.cycles.get(unit);
  if (members === undefined) return NO_RECURSION;
  const circle = knownCircle(members, graph, { unit, memo: spec.library.memo });
  const calls = circle.callsOf.get(unit) ?? [];
  const branches = branchesOf(unit.node, new Set(calls.map((call) => call.node)));
  const inLoop = calls.some((call) => call.loopDepth > 0);
  return {
    kind: kindOf({ cycle: members, calls, branches, inLoop }),
    step: stepOf(calls),
    branches,
    stepped: new Set(calls.flatMap((call) => steppedBy(call, graph.targetOf.get(call)))),
    inLoop,
    memoised: circle.isRemembered,
    ofParts: circle.isWalk,
    mostLevels: circle.mostLevels,
  };
}

/** Of all members together: what one branches, all do. */
export function recursionOfAll(
  members: readonly Unit[],
  graph: CallGraph,
  survey: Survey,
): Recursion {
  const all = members.map((unit) => recursionOf(unit, graph, survey));
  const steps = new Set(all.map(({ step }) => step).filter((step) => step !== 'unknown'));
  const [step = 'unknown'] = steps;
  return {
    ...all[0]!,
    step: steps.size > 1 ? 'unknown' : step,
    branches: Math.max(...all.map(({ branches }) => branches)),
    stepped: new Set(all.flatMap(({ stepped }) => [...stepped])),
    inLoop: all.some(({ inLoop }) => inLoop),
  };
}

const circles = keptWithSource(() => new Map<ReadonlySet<Unit>, Circle>());

function knownCircle(
  members: ReadonlySet<Unit>,
  graph: CallGraph,
  { unit, memo }: { readonly unit: Unit; readonly memo: RegExp },
): Circle {
  const all = circles(unit.node);
  const known = all.get(members);
  if (known !== undefined) return known;
  const circle = circleOf({ members, graph, isMemoised: (each) => isMemoised(each, memo) });
  all.set(members, circle);
  return circle;
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

function isTail(call: SyntaxNode): boolean {
  const parent = call.parent;
  return (
    parent?.role === 'return' ||
    parent?.role === 'await' ||
    (parent?.role === 'closure' && call.slot === 'body')
  );
}

function stepOf(calls: readonly Call[]): Recursion['step'] {
  const given = calls.flatMap((call) => argumentsOf(call.node));
  const text = given.map((argument) => argument.text);
  if (
    text.some((each) => /(\/\/?|>>)\s*(2|1|3|4|10)\b|\bmid\b|\bm\b\s*[,+-]|%|\bintdiv\(/.test(each))
  )
    return 'halving';
  // `find(parent[x])`: paths to a root are short once they are compressed or balanced.
  if (text.length > 0 && text.every((each) => /^[\w.]+\[[\w.]+\]$/.test(each))) return 'halving';
  if (calls.length > 0 && calls.every(isKeptInPlace)) return 'halving';
  if (calls.length > 0 && calls.every(goesDownLevels)) return 'halving';
  if (given.some(isStep)) return 'decrement';
  return 'unknown';
}

/** `root = parent[x] = find(y)`: what comes back is what the next search starts from. */
function isKeptInPlace({ node }: Call): boolean {
  for (let kept = node.parent; kept?.role === 'assign'; kept = kept.parent)
    if (kept.child('left')?.role === 'index' && !argumentsOf(node).some(isStep)) return true;
  return false;
}

function isStep({ text }: SyntaxNode): boolean {
  return /[-+]\s*\w+/.test(text);
}

function steppedBy({ node }: Call, target: Unit | undefined): string[] {
  return argumentsOf(node).flatMap(({ text }, at) => {
    const name = target?.parameters[at];
    return name !== undefined && /^[\w$.]+\s*[-+]\s*[\w$.[\]]+$/.test(text) ? [name] : [];
  });
}

/** `heapify(a, n, largest)`: all is handed on but a place, which becomes a multiple or a part of itself. */
export function goesDownLevels({ node, unit }: Call): boolean {
  const given = argumentsOf(node);
  if (given.length !== unit.parameters.length) return false;
  const changed = given.flatMap((value, at) =>
    value.text === unit.parameters[at] ? [] : [{ value, name: unit.parameters[at]! }],
  );
  const [only] = changed;
  return only !== undefined && changed.length === 1 && isScaled(only.value, only.name, unit.node);
}

function isMemoised(unit: Unit, memo: RegExp): boolean {
  if (
    decoratorsOf(unit.node).some((decorator) =>
      memo.test(decorator.text.replace(/^@/, '').replace(/\(.*/s, '')),
    )
  )
    return true;
  return rememberedBy(unit.node) !== undefined || marksVisited(unit);
}

/** Decorators stand before what they decorate. */
function decoratorsOf(node: SyntaxNode): SyntaxNode[] {
  const siblings = node.parent?.children ?? [];
  const decorators: SyntaxNode[] = [];
  for (let at = siblings.indexOf(node) - 1; siblings[at]?.role === 'decorator'; at -= 1)
    decorators.push(siblings[at]!);
  return decorators;
}
