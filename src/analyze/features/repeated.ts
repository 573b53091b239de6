import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { dotted, lastPart } from './callee.ts';
import { loopsAround } from './loops-around.ts';
import type { Call, Unit } from './survey.ts';

/** Methods and functions that call what they are given once per element. */
const ITERATES =
  /^(each(_\w+)?|for_?each\w*|(flat_?)?map|filter(_map)?|select(many)?|reject|times|upto|downto|step|reduce|inject|fold|some|every|where|array_(map|walk|filter|reduce)|parallel\w*)!?$/i;

/**
 * How many loops a call runs inside, those of closures that run once per element included:
 * `urls.forEach((u) => fetch(u))`, `urls.each { |u| Net::HTTP.get(u) }`.
 */
export function repetitionsAround({ node, unit, loopDepth }: Call): number {
  let depth = loopDepth;
  let [from, within]: [SyntaxNode, Unit] = [node, unit];
  for (;;) {
    depth += iteratingAround(from, within);
    const { node: closure, parent } = within;
    if (closure.role !== 'closure' || parent === undefined || !isIterated(closure)) return depth;
    depth += 1 + loopsAround(closure, parent).length;
    [from, within] = [closure, parent];
  }
}

/** Closures that count as a part of their function. */
function iteratingAround(node: SyntaxNode, { node: end }: Unit): number {
  let count = 0;
  for (let around = node.parent; around !== undefined && around !== end; around = around.parent)
    if (around.role === 'closure' && isIterated(around)) count += 1;
  return count;
}

function isIterated(closure: SyntaxNode): boolean {
  const call = closure.role === 'closure' ? callGiven(closure) : undefined;
  const callee = call?.child('callee');
  return callee !== undefined && ITERATES.test(lastPart(dotted(callee)));
}

/** The call that a closure is an argument of. */
function callGiven({ parent }: SyntaxNode): SyntaxNode | undefined {
  const given = parent?.role === 'argument' ? parent.parent : parent;
  return given?.role === 'call' ? given : undefined;
}
