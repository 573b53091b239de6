import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, dotted, lastPart } from './callee.ts';
import { loopsAround, NONE_AROUND } from './loops-around.ts';
import type { Call, Unit } from './unit.ts';

/** Methods and functions that call what they are given once per element. */
const ITERATES =
  /^(each(_\w+)?|for_?each\w*|(flat_?)?map|collect|sum|count|find_all|index_with|with_index|with_object|filter(_map)?|select(many)?|reject|times|upto|downto|step|reduce|inject|fold|some|every|where|array_(map|walk|filter|reduce)|parallel\w*)!?$/i;

/** Events that come as often as there is more of something. */
const COMES = /^['"`](data|line|row|message|entry)['"`]$/;

/** A loop, or a closure that runs once per element, and the unit that it is written in. */
export type Repeating = { readonly place: SyntaxNode; readonly unit: Unit };

/**
 * How many loops a call runs inside, those of closures that run once per element included:
 * `urls.forEach((u) => fetch(u))`, `urls.each { |u| Net::HTTP.get(u) }`.
 */
export function repetitionsAround({ node, unit }: Pick<Call, 'node' | 'unit'>): number {
  return placesAround(node, unit).length;
}

/** All that repeats a place in its unit, and in the units around it where they repeat that unit. */
export function placesAround(node: SyntaxNode, unit: Unit): readonly Repeating[] {
  let places: Repeating[] | undefined;
  let from = node;
  let within = unit;
  for (;;) {
    for (const place of repeatingIn(from, within)) (places ??= []).push({ place, unit: within });
    const { node: closure, parent } = within;
    if (closure.role !== 'closure' || parent === undefined || !isIterated(closure))
      return places ?? NOWHERE;
    (places ??= []).push({ place: closure, unit: parent });
    from = closure;
    within = parent;
  }
}

const NOWHERE: readonly Repeating[] = [];

function repeatingIn(node: SyntaxNode, unit: Unit): readonly SyntaxNode[] {
  const loops = loopsAround(node, unit);
  const closures = iteratingAround(node, unit);
  if (closures.length === 0) return loops;
  // Inner ones first: they start later.
  return [...loops, ...closures].sort((one, other) => other.start - one.start);
}

/** Closures that count as a part of their function. */
export function iteratingAround(node: SyntaxNode, { node: end }: Unit): readonly SyntaxNode[] {
  let closures: SyntaxNode[] | undefined;
  for (let around = node.parent; around !== undefined && around !== end; around = around.parent)
    if (around.role === 'closure' && isIterated(around)) (closures ??= []).push(around);
  return closures ?? NONE_AROUND;
}

/** A closure that runs once per element, or each time that more has come: `input.on('data', …)`. */
export function isIterated(closure: SyntaxNode): boolean {
  const call = closure.role === 'closure' ? callGiven(closure) : undefined;
  const callee = call?.child('callee');
  if (call === undefined || callee === undefined) return false;
  const name = lastPart(dotted(callee));
  return ITERATES.test(name) || (name === 'on' && COMES.test(argumentsOf(call)[0]?.text ?? ''));
}

/** The call that a closure is an argument of. */
export function callGiven({ parent }: SyntaxNode): SyntaxNode | undefined {
  const given = parent?.role === 'argument' ? parent.parent : parent;
  return given?.role === 'call' ? given : undefined;
}
