import type { SyntaxNode } from '#analyze/syntax/node.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { isAmortised } from './amortised.ts';
import { changesOf, type Change } from './changes.ts';
import { closureRounds } from './closure-rounds.ts';
import {
  conditionOf,
  isCounted,
  isLoop,
  startingAssignment,
} from '#analyze/features/loop-parts.ts';
import { isAdjacency } from './adjacency.ts';
import { isClimbing } from './climbing.ts';
import { isFrontier } from './frontier.ts';
import { isHarmonic, stepsByOuterVariable } from './harmonic.ts';
import { isLineOfInput } from './line-of-input.ts';
import { overWords } from './over-words.ts';
import { shortText, timesText } from './short-text.ts';
import { CONSTANT, LINEAR, LOG, larger, rootOf, type Growth } from './growth.ts';
import type { Iterations, Values } from './values.ts';

/** Conditions of loops that read the characters of one number or word. */
const READING =
  /hasMoreTokens|hasMoreElements|isSpace|isWhitespace|isPrintable|isEndOfLine|isDigit|\bread\w*\(|[<>=]=?\s*(' '|'0'|'9'|'-'|'\\n'|32\b|48\b|57\b)/;

const LONGEST_LEAVING = 200;

/** A search over numbers up to 2^64 halves this often at most: a fixed count that stands for log n. */
const HALVINGS = { least: 18, most: 128 } as const;

export function iterationsOf(loop: SyntaxNode, unit: Unit, values: Values): Iterations {
  const known = values.iterations.get(loop);
  if (known !== undefined) return known;
  if (values.deadline.passed()) return { growth: LINEAR, why: 'that was not looked at in time' };
  const { unfinished } = values;
  const iterations = countIterations(loop, unit, values);
  if (values.unfinished === unfinished) values.iterations.set(loop, iterations);
  return iterations;
}

function countIterations(loop: SyntaxNode, unit: Unit, values: Values): Iterations {
  if (loop.role === 'closure') return closureRounds(loop, unit, values);
  if (loop.role === 'each' && values.wordsOf !== undefined)
    return overWords(loop, values.wordsOf(loop));
  if (loop.child('iterable') !== undefined) return overIterable(loop, unit, values);
  const condition = conditionOf(loop);
  if (condition === undefined || condition.role === 'boolean') return endless(loop, values);
  if (READING.test(condition.text))
    return { growth: CONSTANT, why: 'to the end of one word of input' };
  const changes = changesOf(loop, condition, values);
  const fixed = !isCounted(loop) ? fixedSteps(condition, changes, unit, values) : undefined;
  if (fixed !== undefined)
    return {
      growth: CONSTANT,
      count: fixed,
      why: `while ${shortText(condition)}: at most ${timesText(fixed)}`,
    };
  if (changes.some(({ kind }) => kind === 'scaled'))
    return {
      growth: scaledGrowth(changes),
      why: `while ${shortText(condition)}, scaled each time`,
    };
  if (isClimbing(condition, unit))
    return { growth: LOG, why: `while ${shortText(condition)}, up a path that is shortened` };
  if (isHarmonic(loop, changes, values))
    return { growth: LOG, why: `in steps of the outer variable: n/1 + n/2 + … over all` };
  if (isAmortised({ loop, unit, changes, values }))
    return {
      growth: CONSTANT,
      why: `while ${shortText(condition)}, going on from where it stopped: once over all in the outer loop`,
    };
  return bounded(loop, condition, unit, values);
}

function overIterable(loop: SyntaxNode, unit: Unit, values: Values): Iterations {
  const iterable = loop.child('iterable');
  if (iterable?.role === 'call' && stepsByOuterVariable(iterable, loop, values))
    return { growth: LOG, why: `over ${shortText(iterable)}: n/1 + n/2 + … over all` };
  if (isLineOfInput(loop))
    return { growth: CONSTANT, why: `over ${shortText(iterable)}: a fixed number of values` };
  if (isAdjacency(iterable, loop, unit))
    return {
      growth: CONSTANT,
      why: `over ${shortText(iterable)}: each edge once over all in the outer loop`,
    };
  if (isFrontier(iterable, loop, unit))
    return {
      growth: CONSTANT,
      why: `over ${shortText(iterable)}: each place once over all in the outer loop`,
    };
  const value = values.of(iterable, unit);
  if (value.constant === undefined)
    return { growth: value.growth, why: `over ${shortText(iterable)}` };
  return {
    growth: CONSTANT,
    count: value.constant,
    why: `over ${shortText(iterable)}: ${value.isMost ? 'at most ' : ''}${timesText(value.constant)}`,
  };
}

/** `i = 29; while i >= 0: i -= 1` counts between constants. */
function fixedSteps(
  condition: SyntaxNode,
  changes: readonly Change[],
  unit: Unit,
  values: Values,
): number | undefined {
  if (
    condition.role !== 'compare' ||
    changes.length === 0 ||
    changes.some(({ kind }) => kind !== 'stepped')
  )
    return undefined;
  const sides = condition.children.map((side) => values.bounds(side, unit));
  if (sides.some((side) => side === undefined)) return undefined;
  return Math.max(1, ...sides.flatMap((side) => side!).map(Math.abs));
}

/** `while (true)` runs until its body says so: halving bodies stop soon. */
function endless(loop: SyntaxNode, values: Values): Iterations {
  const changes = changesOf(loop, undefined, values);
  if (
    changes.some(
      ({ kind, text }) =>
        kind === 'scaled' && /\b(lo|hi|low|high|l|r|left|right|mid|start|end)\b/i.test(text),
    )
  )
    return { growth: LOG, why: 'until it breaks, halving each time' };
  const scaled = changes.filter(({ kind }) => kind === 'scaled');
  if (scaled.length > 0 && isLeftFor(scaled, loop))
    return { growth: LOG, why: 'until it breaks, scaled each time' };
  return { growth: LINEAR, why: 'until it breaks' };
}

/** `if (child >= n) break`: what is scaled decides how long it goes on. */
function isLeftFor(scaled: readonly Change[], loop: SyntaxNode): boolean {
  const names = new Set(scaled.map(({ name }) => name));
  return leavingIn(loop).some((condition) =>
    (condition.text.match(/[A-Za-z_$][\w$]*/g) ?? []).some((name) => names.has(name)),
  );
}

/** Conditions that a loop is left for. */
function leavingIn(loop: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = [...loop.children];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const condition = node.role === 'if' ? node.child('condition') : undefined;
    if (
      condition !== undefined &&
      /\b(break|return|last)\b/.test(node.text.slice(0, LONGEST_LEAVING))
    )
      found.push(condition);
    if (!isLoop(node) && node.role !== 'closure') stack.push(...node.children);
    else if (node.role === 'closure' && node.parent === loop) stack.push(...node.children);
  }
  return found;
}

/** Something that is divided or multiplied each time reaches its bound after log n steps. */
function scaledGrowth(changes: readonly Change[]): Growth {
  return changes.every(({ kind }) => kind === 'stepped') ? LINEAR : LOG;
}

function bounded(loop: SyntaxNode, condition: SyntaxNode, unit: Unit, values: Values): Iterations {
  const squared = isSquareBound(condition);
  const compare =
    condition.role === 'compare'
      ? condition
      : condition.children.find((child) => child.role === 'compare');
  const sides = compare === undefined ? [] : compare.children.map((side) => values.of(side, unit));
  const growth = sides.reduce((most, side) => larger(most, side.growth), CONSTANT);
  const known = sides.map((side) => side.constant).filter((value) => value !== undefined);
  const start = loop.role === 'for' ? startOf(loop, unit, values) : undefined;
  if (
    loop.role === 'for' &&
    growth === CONSTANT &&
    known.length > 0 &&
    (start === undefined || start.growth === CONSTANT)
  ) {
    const count = Math.max(...known.map(Math.abs), Math.abs(start?.constant ?? 0));
    return {
      growth: CONSTANT,
      count,
      why: `while ${shortText(condition)}: at most ${timesText(count)}`,
    };
  }
  const most = larger(growth === CONSTANT ? (start?.growth ?? CONSTANT) : growth, CONSTANT);
  const linear = most === CONSTANT ? LINEAR : most;
  return { growth: squared ? rootOf(linear) : linear, why: `while ${shortText(condition)}` };
}

function startOf(loop: SyntaxNode, unit: Unit, values: Values) {
  const assign = startingAssignment(loop);
  return assign === undefined ? undefined : values.of(assign.child('right'), unit);
}

/** `i * i <= n` */
function isSquareBound(condition: SyntaxNode): boolean {
  return /\b(\w+)\s*\*\s*(\(long\)\s*)?\1\b|\b\w+\s*\*\*\s*2\b|sqrt/i.test(condition.text);
}

/** Bounded over all rounds of the loop around it: once may take all of them. */
export function isAmortisedOver({ why }: Iterations): boolean {
  return why.includes('over all');
}

/** A fixed number of rounds in the range of a binary search over numbers. */
export function looksLikeHalvings(count: number): boolean {
  return count >= HALVINGS.least && count <= HALVINGS.most;
}
