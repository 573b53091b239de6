import type { SyntaxNode } from '#analyze/syntax/node.ts';
import { argumentsOf, dotted, lastPart } from '#analyze/features/callee.ts';
import { callGiven } from '#analyze/features/repeated.ts';
import type { Unit } from '#analyze/features/survey.ts';
import { LINEAR } from './growth.ts';
import { shortText, timesText } from './short-text.ts';
import type { Iterations, Values } from './values.ts';

/** How often a closure runs that is called once per element: `rows.forEach(…)`, `10.times { … }`. */
export function closureRounds(closure: SyntaxNode, unit: Unit, values: Values): Iterations {
  const call = callGiven(closure);
  const elements = elementsGiven(closure);
  if (call === undefined || elements === undefined) return { growth: LINEAR, why: 'per element' };
  const last = lastPart(dotted(call.child('callee')!));
  const value = values.of(elements, unit);
  const to = values.of(argumentsOf(call)[0], unit);
  const why = `over ${shortText(elements)}`;
  if (/^(upto|downto)$/.test(last)) {
    if (value.constant === undefined || to.constant === undefined)
      return { growth: LINEAR, why: `${why}, ${last} ${shortText(argumentsOf(call)[0])}` };
    const count = Math.abs(to.constant - value.constant) + 1;
    return { growth: to.growth, count, why: `${why}, ${last} ${to.constant}: ${timesText(count)}` };
  }
  if (value.constant === undefined || /^(step|each_(slice|cons|line|char|byte|entry))$/.test(last))
    return { growth: value.constant === undefined ? value.growth : LINEAR, why };
  const { constant: count, growth } = value;
  return { growth, count, why: `${why}: ${timesText(count)}` };
}

/** What a closure is called with the elements of: the object of the call, or what it is given beside. */
export function elementsGiven(closure: SyntaxNode): SyntaxNode | undefined {
  const call = callGiven(closure);
  if (call === undefined) return undefined;
  return (
    call.child('object') ??
    call.child('callee')?.child('object') ??
    argumentsOf(call).find((each) => each !== closure && !isAround(each, closure))
  );
}

function isAround(node: SyntaxNode, inner: SyntaxNode): boolean {
  return node.start <= inner.start && inner.end <= node.end;
}
